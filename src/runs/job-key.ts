// The one key a job may need, handed to its process through a pipe: it stands in no argument, no file and no environment,
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

/** Name of the variable that the starter has the job's key in. */
export function keyVariableOf(file: JobFile): string | undefined {
  return file.kind === 'prompt' && 'baseUrl' in file.resolved.model ? file.resolved.model.keyVariable : undefined;
}

/** The environment without anything that is named like a secret, save what jobs of this kind need. */
export function withoutSecrets(environment: NodeJS.ProcessEnv, file: JobFile): NodeJS.ProcessEnv {
  const own = keyVariableOf(file);
  const kept = readsHub.includes(file.kind) ? hubTokens : [];
  return Object.fromEntries(Object.entries(environment).filter(([name]) => kept.includes(name) || (name !== own && !secretName.test(name))));
}

/** What a process is started with so that it can take its key. */
export function keyChannel(key: string | undefined): { readonly stdio: readonly 'pipe'[]; readonly environment: Readonly<Record<string, string>> } {
  return key === undefined ? { stdio: [], environment: {} } : { stdio: ['pipe'], environment: { [descriptorVariable]: String(keyDescriptor) } };
}

/** Writes the key to a process that was just started; the pipe holds it until it is taken. */
export function handOver(stdio: readonly unknown[], key: string | undefined): void {
  if (key === undefined) return;
  const pipe = stdio[keyDescriptor] as Writable;
  // A process that ended at once says so by other means.
  pipe.on('error', () => undefined);
  pipe.end(key);
}

let taken: string | undefined;

/** The key: through the pipe in a job's process, else from the environment. Undefined when there is none. */
export function takeKey(variable: string): string | undefined {
  const descriptor = process.env[descriptorVariable];
  if (descriptor !== undefined) {
    Reflect.deleteProperty(process.env, descriptorVariable);
    taken = readFileSync(Number(descriptor), 'utf8');
    closeSync(Number(descriptor));
  }
  return taken ?? process.env[variable];
}
