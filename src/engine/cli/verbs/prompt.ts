// preclinical prompt FILE --model MODEL: runs a prompt experiment against a checkpoint or an endpoint.
import path from 'node:path';
import { readFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { userError } from '../../../base/errors/problem';
import type { Asking, ResolvedPrompt } from '../../../protocol/job-file';
import { costOf, type PromptEstimate, type TokenPrice } from '../../../protocol/prompt-estimate';
import { findCheckpoint } from '../../jobs/prepare/checkpoint';
import { preparePrompt, type PromptModel } from '../../jobs/prepare/prompt';
import { estimatePrompt, remoteOf } from '../../jobs/prompt/estimate';
import type { PromptSummary } from '../../prompting';
import { fileArgument, rootOf, setOption, wholeNumber } from '../context';
import { downloadProgress } from '../follow/download-progress';
import { phiText, promptEstimateText } from '../show-prompt-estimate';
import { startJob } from '../start-job';
import type { SetExitCode } from '../verbs';

interface PromptOptions {
  estimate?: boolean; concurrency?: number; timeout?: number; inputPrice?: number; outputPrice?: number; currency: string;
  model?: string; endpoint?: string; keyVariable?: string; allowRemote?: boolean; allowRemoteEmbeddings?: string; cloud?: boolean;
  set: Record<string, unknown>; json?: boolean; foreground?: boolean; detach?: boolean; fresh?: boolean;
}

export function addPrompt(program: Command, setExitCode: SetExitCode): void {
  program.command('prompt')
    .description('run the prompt experiment of a .cot file; answers already there are not asked again')
    .argument('<file>', 'a *.cot')
    .requiredOption('--model <model>', 'a run, a checkpoint folder, a GGUF file, or sample; with --endpoint the model\'s name there')
    .option('--endpoint <url>', 'base address of an OpenAI-compatible server, such as http://127.0.0.1:8000/v1')
    .option('--key-variable <name>', 'environment variable that holds the endpoint\'s key')
    .option('--allow-remote', 'send the questions to an endpoint that is not on this machine')
    .option('--allow-remote-embeddings <host>', 'send the questions, for their vectors, to this host, which the file\'s embeddingEndpoint is at')
    .option('--cloud', 'the endpoint is on this machine and passes the texts on to a model that is not')
    .option('--concurrency <n>', 'requests under way at once (default: 4 to an endpoint, 8 to a checkpoint)', wholeNumber('--concurrency'))
    .option('--timeout <seconds>', 'longest wait for an answer', wholeNumber('--timeout'))
    .option('--input-price <amount>', 'price of a million tokens of prompts, for the cost that is shown', amount('--input-price'))
    .option('--output-price <amount>', 'price of a million tokens of answers', amount('--output-price'))
    .option('--currency <name>', 'of the prices', 'USD')
    .option('--estimate', 'say what would be asked, what it costs and what the screen for patient data finds, and ask nothing')
    .option(...setOption)
    .option('--json', 'print events as JSON lines')
    .option('--foreground', 'run in this process')
    .option('--detach', 'start it and come back; with --json print its id and folder')
    .option('--fresh', 'a new job even when the same one is finished or can go on')
    .action(async (file: string, options: PromptOptions & { model: string }, command: Command) => {
      const root = rootOf(command);
      const price = priceOf(options);
      const job = await preparePrompt(root, fileArgument(file), await chooseModel(root, options), options.set, askingOf(options), options.allowRemoteEmbeddings);
      const refused = options.estimate ? undefined : notAllowed(job.resolved, options);
      if (options.estimate || refused || !options.json) {
        const estimate = await estimatePrompt(root, job.resolved, price);
        if (refused) refuseRemote(refused, estimate);
        console.log(options.json ? JSON.stringify(estimate) : promptEstimateText(estimate));
      }
      if (options.estimate) return;
      const { folder, code } = await startJob(root, job, options);
      if (code === 0 && !options.json && !options.detach) console.log(await resultText(folder, price));
      setExitCode(code);
    });
}

/** The question of consent, for whoever did not answer it beforehand. */
function refuseRemote({ key, address, remote, option }: Refused, { phi }: PromptEstimate): never {
  throw userError({
    code: 'remote-not-allowed', key, value: address,
    message: `the questions would leave this machine for ${remote}. ${phiText(phi)}`, next: `Add ${option} if they may.`,
  });
}

interface Refused { readonly key: string; readonly address: string; readonly remote: string; readonly option: string }

/** The first who would get the texts and was not agreed to. */
function notAllowed({ model, embedding }: ResolvedPrompt, options: PromptOptions): Refused | undefined {
  const ofVectors = embedding && remoteOf(embedding);
  const places = [
    { key: '--endpoint', address: 'baseUrl' in model ? model.baseUrl : '', remote: remoteOf(model), option: '--allow-remote', isAllowed: options.allowRemote },
    { key: 'exemplars.embeddingEndpoint', address: embedding?.baseUrl ?? '', remote: ofVectors, option: `--allow-remote-embeddings ${ofVectors ?? ''}`, isAllowed: options.allowRemoteEmbeddings === ofVectors },
  ];
  for (const { remote, isAllowed, ...place } of places) if (remote !== undefined && !isAllowed) return { ...place, remote };
  return undefined;
}

async function resultText(folder: string, price: TokenPrice | undefined): Promise<string> {
  const text = await readFile(path.join(folder, 'results', 'summary.json'), 'utf8');
  const { spent } = JSON.parse(text) as PromptSummary;
  if (!spent) return text;
  const cost = price ? `, ${costOf(spent, price).toFixed(2)} ${price.currency}` : '';
  return `${text}\n${spent.calls} calls: ${spent.promptTokens} prompt tokens and ${spent.completionTokens} answer tokens${cost}.`;
}

function askingOf({ fresh, concurrency, timeout }: PromptOptions): Asking {
  return { ...(fresh ? { askAgain: true } : {}), ...(concurrency === undefined ? {} : { concurrency }), ...(timeout === undefined ? {} : { timeoutMs: timeout * 1000 }) };
}

function priceOf({ inputPrice, outputPrice, currency }: PromptOptions): TokenPrice | undefined {
  return inputPrice === undefined && outputPrice === undefined ? undefined : { input: inputPrice ?? 0, output: outputPrice ?? 0, currency };
}

function amount(option: string): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (text.trim() !== '' && Number.isFinite(value) && value >= 0) return value;
    throw userError({ code: 'option-not-a-number', key: option, value: text, message: 'an amount of money is wanted', next: `Write for example ${option} 0.15.` });
  };
}

async function chooseModel(root: string, options: PromptOptions & { model: string }): Promise<PromptModel> {
  if (options.endpoint === undefined) return findCheckpoint(root, process.cwd(), options.model, { key: '--model', onDownload: downloadProgress(), acceptsGguf: true });
  const remote = remoteOf({ baseUrl: options.endpoint, model: options.model, ...(options.cloud ? { cloud: true } : {}) });
  return {
    baseUrl: options.endpoint, model: options.model,
    ...(options.keyVariable === undefined ? {} : { keyVariable: options.keyVariable }),
    ...(remote === undefined || !options.allowRemote ? {} : { consentedHost: remote }),
    ...(options.cloud ? { cloud: true } : {}),
  };
}
