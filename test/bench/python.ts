// A script of this folder in the environment of test/reference/requirements.lock: one that prints a JSON value and ends, or one
// that answers lines.
import { execFile, spawn, type ChildProcessByStdio } from 'node:child_process';
import path from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { promisify } from 'node:util';
import { packageRoot } from '../../src/engine/parts/assets';
import { referencePython } from './train/run-job';

/** Packages of a shell's PYTHONPATH would take the place of the lock's; PyTorch's threads wait for each other asleep, since spinning costs them most where other programs run. */
const environment = { OMP_WAIT_POLICY: 'PASSIVE', ...process.env, PYTHONPATH: '', PYTHONNOUSERSITE: '1', HF_HUB_OFFLINE: '1', TQDM_DISABLE: '1', TOKENIZERS_PARALLELISM: 'false' };
const scriptPath = (script: string): string => path.join(packageRoot, 'test', 'bench', script);

export async function runPeer(script: string, ...args: readonly string[]): Promise<unknown> {
  const { stdout } = await promisify(execFile)(referencePython(), [scriptPath(script), ...args], { env: environment, maxBuffer: 1 << 28 });
  return JSON.parse(stdout) as unknown;
}

/** A script that reads lines and answers each with a line of JSON. */
export class Peer {
  readonly #child: ChildProcessByStdio<Writable, Readable, null>;
  readonly #lines: AsyncIterator<string>;

  constructor(script: string, ...args: readonly string[]) {
    this.#child = spawn(referencePython(), [scriptPath(script), ...args], { env: environment, stdio: ['pipe', 'pipe', 'inherit'] });
    this.#lines = createInterface({ input: this.#child.stdout })[Symbol.asyncIterator]();
  }

  async ask<Answer>(line: string): Promise<Answer> {
    this.#child.stdin.write(`${line}\n`);
    const next = await this.#lines.next();
    if (next.done === true) throw new Error('The Python script ended.');
    return JSON.parse(next.value) as Answer;
  }

  end(): void {
    this.#child.stdin.end();
  }
}
