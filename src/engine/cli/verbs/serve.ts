// preclinical serve MODEL: an OpenAI-compatible server of a checkpoint on this machine.
import { Option, type Command } from 'commander';
import type { ServeJobFile } from '../../../protocol/job-file';
import { findCheckpoint, modelName } from '../../jobs/prepare/checkpoint';
import { launchSettings } from '../../jobs/prepare/launch-settings';
import { fromStoredPath } from '../../jobs/prepare/paths';
import { newToken, serveCheckpoint } from '../../serve';
import { collectOverride, rootOf, wholeNumber } from '../context';
import { downloadProgress } from '../follow/download-progress';
import { startJob } from '../start-job';
import type { SetExitCode } from '../verbs';

interface ServeOptions { port: string; token: boolean; memory?: number; idle: number; engine: 'embedded' | 'vllm'; set: Record<string, unknown>; detach?: boolean; json?: boolean }

export function addServe(program: Command, setExitCode: SetExitCode): void {
  program.command('serve')
    .description('serve a model over the OpenAI-compatible API on 127.0.0.1 until Ctrl-C')
    .argument('<model>', 'a run, a checkpoint folder, a GGUF file, a model of the Hub (hub:ORGANISATION/NAME), or sample for the model that is shipped')
    .option('--port <n>', 'port; 0 takes a free one', '0')
    .option('--no-token', 'accept requests without a token')
    .option('--memory <megabytes>', 'most memory the process may take; half of this machine\'s when left out', wholeNumber('--memory'))
    .option('--idle <minutes>', 'give the model\'s memory back after this long without a request; the next one opens it again; 0 never does', wholeNumber('--idle'), 10)
    .addOption(new Option('--engine <engine>', 'who serves: this program, or vLLM in a Python of yours, as a job that is stopped with preclinical runs stop').choices(['embedded', 'vllm']).default('embedded'))
    .option('--set <key=value>', 'with --engine vllm: how it is started, by the keys of scaleout in a run file (python, processes, prefix …); may be repeated', collectOverride, {})
    .option('--detach', 'with --engine vllm: start it and come back')
    .option('--json', 'with --engine vllm: print events as JSON lines')
    .action(async (reference: string, options: ServeOptions, command: Command) => {
      const root = rootOf(command);
      if (options.engine === 'vllm') {
        setExitCode((await startJob(root, await vllmJob(root, reference, options), options)).code);
        return;
      }
      const { memory, idle } = options;
      const { checkpoint } = await findCheckpoint(root, process.cwd(), reference, { key: 'model', onDownload: downloadProgress(), acceptsGguf: true });
      const interrupted = new Promise<void>((resolve) => {
        process.once('SIGINT', () => { resolve(); });
        process.once('SIGTERM', () => { resolve(); });
      });
      const token = options.token ? { token: newToken() } : {};
      const server = await serveCheckpoint(fromStoredPath(root, checkpoint), {
        port: Number(options.port), ...token,
        ...(memory === undefined ? {} : { capBytes: memory * 2 ** 20 }), ...(idle > 0 ? { unloadAfterMs: idle * 60_000 } : {}),
      });
      const { contextLength, modelContextLength } = server.model;
      console.log(`${server.url}/v1  model ${server.model.name}${options.token ? `  token ${token.token ?? ''}` : ''}`);
      if (contextLength < modelContextLength) console.log(`Prompt and answer may have ${contextLength} tokens together, of the model's ${modelContextLength}, in the memory set aside for it.`);
      await Promise.race([interrupted, server.ended]);
      await server.close();
    });
}

async function vllmJob(root: string, reference: string, { port, set }: ServeOptions): Promise<ServeJobFile> {
  const found = await findCheckpoint(root, process.cwd(), reference, { key: 'model', onDownload: downloadProgress() });
  return {
    schema: 1, kind: 'serve', name: `serve-${modelName(root, found)}`, overrides: {}, ...(found.job === undefined ? {} : { of: found.job }),
    resolved: { checkpoint: found.checkpoint, host: '127.0.0.1', port: Number(port), elsewhere: { engine: 'vllm', scaleout: await launchSettings(root, set, found.job) } },
  };
}
