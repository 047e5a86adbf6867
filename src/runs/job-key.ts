// The keys a job may need, of the endpoints it asks, handed to its process through a pipe: it stands in no argument, no file and no environment,
// where every program that the job starts, and whoever reads /proc, would find it. No other key reaches a job.
import { closeSync, readFileSync } from 'node:fs';
import type { Writable } from 'node:stream';
import type { JobFile } from '../protocol/job-file';
import type { JobKind } from '../protocol/status';

/** Says which descriptor of the process the key comes through. */
const descriptorVariable = 'PRECLINICAL_JOB_KEY_DESCRIPTOR';
/** Behind standard input, output and error. */
const keyDescriptor = 3;

/** Variables that are named like secrets. */
const secretName = /(?:^|_)(?:API_?KEY|KEY|TOKEN|SECRET|PASSWORD|PASSWD|PASSPHRASE|CREDENTIALS?)(?:_|$)/i;
/** What reads from the Hub may need its token. */
const hubTokens = ['HF_TOKEN', 'HUGGING_FACE_HUB_TOKEN'];
const readsHub: readonly JobKind[] = ['mix', 'train', 'evaluate', 'study'];

/** Keys by the name of the variable that the starter has them in. */
export type JobKeys = Readonly<Record<string, string>>;

/** Names of the variables that the starter has the job's keys in. */
export function keyVariablesOf(file: JobFile): string[] {
  if (file.kind !== 'prompt') return [];
  const { model, embedding } = file.resolved;
  const names = ['baseUrl' in model ? model.keyVariable : undefined, embedding?.keyVariable];
  return [...new Set(names.filter((name) => name !== undefined))];
}

/** Those of the job that this environment has; undefined when there are none. */
export function keysFor(file: JobFile, environment: NodeJS.ProcessEnv): JobKeys | undefined {
  const found = keyVariablesOf(file).flatMap((name) => (environment[name] === undefined ? [] : [[name, environment[name]] as const]));
  return found.length === 0 ? undefined : Object.fromEntries(found);
}

/** The environment without anything that is named like a secret, save what jobs of this kind need. */
export function withoutSecrets(environment: NodeJS.ProcessEnv, file: JobFile): NodeJS.ProcessEnv {
  const own = keyVariablesOf(file);
  const kept = readsHub.includes(file.kind) ? hubTokens : [];
  return Object.fromEntries(Object.entries(environment).filter(([name]) => kept.includes(name) || (!own.includes(name) && !secretName.test(name))));
}

/** What a process is started with so that it can take its keys. */
export function keyChannel(keys: JobKeys | undefined): { readonly stdio: readonly 'pipe'[]; readonly environment: Readonly<Record<string, string>> } {
  return keys === undefined ? { stdio: [], environment: {} } : { stdio: ['pipe'], environment: { [descriptorVariable]: String(keyDescriptor) } };
}

/** Writes the keys to a process that was just started; the pipe holds them until they are taken. */
export function handOver(stdio: readonly unknown[], keys: JobKeys | undefined): void {
  if (keys === undefined) return;
  const pipe = stdio[keyDescriptor] as Writable;
  // A process that ended at once says so by other means.
  pipe.on('error', () => undefined);
  pipe.end(JSON.stringify(keys));
}

let taken: JobKeys | undefined;

/** A key: through the pipe in a job's process, else from the environment. Undefined when there is none. */
export function takeKey(variable: string): string | undefined {
  const descriptor = process.env[descriptorVariable];
  if (descriptor !== undefined) {
    Reflect.deleteProperty(process.env, descriptorVariable);
    taken = JSON.parse(readFileSync(Number(descriptor), 'utf8')) as JobKeys;
    closeSync(Number(descriptor));
  }
  return taken?.[variable] ?? process.env[variable];
}
