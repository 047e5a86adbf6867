// preclinical ask FILE --line N: one question of a prompt file's set to one model, the answer as it comes. With --stdio
// it is the child of an editor instead and answers requests, one JSON object a line.
import { existsSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import type { Command } from 'commander';
import { userError } from '../../../base/errors/problem';
import { readStrategy, strategyNames, type StrategyName } from '../../../documents/cot/strategy';
import type { AskModel, AskRequest } from '../../../protocol/asks';
import { remoteName } from '../../../protocol/loopback';
import { parseBaseUrl } from '../../client';
import { answerAsk, runAskSession } from '../../jobs/asks';
import { sampleModelReference } from '../../jobs/prepare/checkpoint';
import { fileArgument, rootOf } from '../context';
import { AskScreen } from '../follow/ask-screen';

interface AskVerbOptions {
  stdio?: boolean; line?: number[]; repeats?: number; strategy?: StrategyName[]; questions?: string; json?: boolean;
  model: string; endpoint?: string; keyVariable?: string; allowRemote?: boolean; allowRemoteEmbeddings?: string; cloud?: boolean; idle: number;
}

export function addAsk(program: Command): void {
  program.command('ask')
    .description('ask a question of a prompt file\'s set; the model is started when needed and shared until nobody asks')
    .argument('[file]', 'a *.cot')
    .option('--line <n...>', 'lines of the question set to ask, from 1', collectCount('--line'))
    .option('--repeats <n>', 'samples a question and strategy (default: as the file says)', count('--repeats'))
    .option('--strategy <name...>', `strategies (default: those of the file): ${strategyNames.join(', ')}, or several joined with " + "`, collectStrategy)
    .option('--questions <file>', 'another question set than the file names')
    .option('--model <model>', 'a run, a checkpoint folder, a GGUF file, a model of the Hub (hub:ORGANISATION/NAME), or sample for the model that is shipped; with --endpoint the model\'s name there', sampleModelReference)
    .option('--endpoint <url>', 'base address of an OpenAI-compatible server, such as http://127.0.0.1:8000/v1')
    .option('--key-variable <name>', 'environment variable that holds the endpoint\'s key')
    .option('--allow-remote', 'send the question to an endpoint that is not on this machine')
    .option('--allow-remote-embeddings <host>', 'send the question, for its vector, to this host, which the file\'s embeddingEndpoint is at')
    .option('--cloud', 'the endpoint is on this machine and passes the texts on to a model that is not')
    .option('--idle <seconds>', 'how long a model started by this stays in memory without a request', count('--idle'), 600)
    .option('--json', 'print what happens as JSON lines')
    .option('--stdio', 'answer an editor\'s requests: JSON lines in and out, until the input ends')
    .action(async (file: string | undefined, options: AskVerbOptions, command: Command) => {
      const root = rootOf(command);
      const idleMs = options.idle * 1000;
      if (options.stdio) await talk(root, idleMs);
      else await askOnce(root, requestOf(file, options), { json: options.json === true, idleMs });
    });
}

async function talk(root: string, idleMs: number): Promise<void> {
  // An editor that is gone reads no more; the end of the input then ends this process too.
  process.stdout.on('error', () => undefined);
  const lines = createInterface({ input: process.stdin, crlfDelay: Infinity });
  await runAskSession(lines, { root, idleMs, send: (message) => { process.stdout.write(`${JSON.stringify(message)}\n`); } });
}

async function askOnce(root: string, request: AskRequest, { json, idleMs }: { json: boolean; idleMs: number }): Promise<void> {
  const interrupted = new AbortController();
  const onInterrupt = (): void => { interrupted.abort(); };
  process.once('SIGINT', onInterrupt);
  process.once('SIGTERM', onInterrupt);
  const screen = new AskScreen();
  await answerAsk(request, {
    root, idleMs, signal: interrupted.signal,
    send: json ? (message) => { console.log(JSON.stringify(message)); } : (message) => { screen.show(message); },
  });
  if (!json) screen.end();
}

function requestOf(file: string | undefined, options: AskVerbOptions): AskRequest {
  if (file === undefined) throw userError({ code: 'ask-file', key: 'file', message: 'no prompt file was named', next: 'Name a *.cot.' });
  if (options.line === undefined) throw userError({ code: 'ask-line', key: '--line', message: 'no question was chosen', next: 'Name the line of a question in the question set, such as --line 1.' });
  return {
    type: 'ask', id: 'terminal', cot: fileArgument(file), lines: options.line, model: modelOf(options),
    ...(options.questions === undefined ? {} : { questions: fileArgument(options.questions) }),
    ...(options.strategy === undefined ? {} : { strategies: options.strategy }),
    ...(options.repeats === undefined ? {} : { repeats: options.repeats }),
    ...(options.allowRemoteEmbeddings === undefined ? {} : { embeddingConsent: options.allowRemoteEmbeddings }),
  };
}

function modelOf(options: AskVerbOptions): AskModel {
  if (options.endpoint === undefined) {
    // As everywhere on a command line, a folder is named from where one stands.
    const folder = path.resolve(options.model);
    return { kind: 'checkpoint', reference: options.model !== sampleModelReference && existsSync(folder) ? folder : options.model };
  }
  const { hostname, host } = parseBaseUrl(options.endpoint);
  const cloud = options.cloud === true;
  const remote = remoteName({ hostname, host, model: options.model, cloud });
  return {
    kind: 'endpoint', name: options.model, baseUrl: options.endpoint, model: options.model, cloud,
    ...(options.keyVariable === undefined ? {} : { keyVariable: options.keyVariable }),
    ...(remote !== undefined && options.allowRemote ? { consentedHost: remote } : {}),
  };
}

function count(key: string): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (Number.isInteger(value) && value > 0) return value;
    throw userError({ code: 'number-expected', key, value: text, message: 'this is not a whole number above 0', next: 'Give one, such as 5.' });
  };
}

function collectStrategy(text: string, previous: StrategyName[] | undefined): StrategyName[] {
  const problem = readStrategy(text);
  if (typeof problem === 'string') throw userError({ code: 'strategy-unknown', key: '--strategy', value: text, message: problem, next: `Name one of ${strategyNames.join(', ')}, or several joined with " + ".` });
  return [...previous ?? [], text];
}

function collectCount(key: string): (text: string, previous: number[] | undefined) => number[] {
  return (text, previous) => [...previous ?? [], count(key)(text)];
}
