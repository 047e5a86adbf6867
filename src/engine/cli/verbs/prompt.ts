// preclinical prompt FILE --model MODEL: runs a prompt experiment against a checkpoint or an endpoint.
import path from 'node:path';
import { readFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { userError } from '../../../base/errors/problem';
import { remoteName } from '../../../protocol/loopback';
import { parseBaseUrl } from '../../client';
import { findCheckpoint } from '../../jobs/prepare/checkpoint';
import { preparePrompt, type PromptModel } from '../../jobs/prepare/prompt';
import { fileArgument, rootOf, setOption } from '../context';
import { downloadProgress } from '../follow/download-progress';
import { startJob } from '../start-job';
import type { SetExitCode } from '../verbs';

interface PromptOptions {
  model?: string; endpoint?: string; keyVariable?: string; allowRemote?: boolean; cloud?: boolean;
  set: Record<string, unknown>; json?: boolean; foreground?: boolean; detach?: boolean; fresh?: boolean;
}

export function addPrompt(program: Command, setExitCode: SetExitCode): void {
  program.command('prompt')
    .description('run the prompt experiment of a .cot file; answers already there are not asked again')
    .argument('<file>', 'a *.cot')
    .requiredOption('--model <model>', 'a run, a checkpoint folder, or sample; with --endpoint the model\'s name there')
    .option('--endpoint <url>', 'base address of an OpenAI-compatible server, such as http://127.0.0.1:8000/v1')
    .option('--key-variable <name>', 'environment variable that holds the endpoint\'s key')
    .option('--allow-remote', 'send the questions to an endpoint that is not on this machine')
    .option('--cloud', 'the endpoint is on this machine and passes the texts on to a model that is not')
    .option(...setOption)
    .option('--json', 'print events as JSON lines')
    .option('--foreground', 'run in this process')
    .option('--detach', 'start it and come back; with --json print its id and folder')
    .option('--fresh', 'a new job even when the same one is finished or can go on')
    .action(async (file: string, options: PromptOptions & { model: string }, command: Command) => {
      const root = rootOf(command);
      const job = await preparePrompt(root, fileArgument(file), await chooseModel(root, options), options.set);
      const { folder, code } = await startJob(root, job, options);
      if (code === 0 && !options.json && !options.detach) console.log(await readFile(path.join(folder, 'results', 'summary.json'), 'utf8'));
      setExitCode(code);
    });
}

async function chooseModel(root: string, options: PromptOptions & { model: string }): Promise<PromptModel> {
  if (options.endpoint === undefined) return findCheckpoint(root, process.cwd(), options.model, { key: '--model', onDownload: downloadProgress() });
  const { hostname, host } = parseBaseUrl(options.endpoint);
  const remote = remoteName({ hostname, host, model: options.model, cloud: options.cloud === true });
  if (remote !== undefined && !options.allowRemote) {
    throw userError({
      code: 'remote-not-allowed', key: '--endpoint', value: options.endpoint,
      message: `the questions would leave this machine for ${remote}`, next: 'Add --allow-remote if they may.',
    });
  }
  return {
    baseUrl: options.endpoint, model: options.model,
    ...(options.keyVariable === undefined ? {} : { keyVariable: options.keyVariable }),
    ...(remote === undefined ? {} : { consentedHost: remote }),
    ...(options.cloud ? { cloud: true } : {}),
  };
}
