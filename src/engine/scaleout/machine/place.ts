// Where a trainer is started: this machine, or another that is reached by a command such as `ssh host` and sees the job
// folder, perhaps by another path. Lines of shell go there by standard input, so that nothing is quoted twice.
import { spawn, spawnSync } from 'node:child_process';
import path from 'node:path';
import type { RemoteSettings } from '../../../documents/run/remote';
import { quoted } from '../scripts/launch';

export interface Ran { readonly code: number | null; readonly stdout: string; readonly stderr: string }

export class Place {
  /** Words that start a shell there which reads its commands from standard input. */
  readonly shell: readonly string[];

  constructor(readonly remote: RemoteSettings | undefined) {
    this.shell = [...remote?.command ?? [], 'bash', '-s'];
  }

  get isHere(): boolean {
    return this.remote === undefined;
  }

  /** In words: `this machine`, `ssh gpu1`. */
  get name(): string {
    return this.remote === undefined ? 'this machine' : this.remote.command.join(' ');
  }

  /** The path by which a file or folder of this machine is seen there; the longest folder named goes first. */
  seen(file: string): string {
    const folders = Object.entries(this.remote?.paths ?? {}).sort(([a], [b]) => b.length - a.length);
    for (const [here, there] of folders) {
      const within = path.relative(here, file);
      if (within === '') return there;
      if (!within.startsWith('..') && !path.isAbsolute(within)) return path.posix.join(there, within.split(path.sep).join('/'));
    }
    return file;
  }

  /** Runs lines of bash there to their end. @throws when the shell does not start or takes longer. */
  run(lines: readonly string[], timeoutMs: number): Promise<Ran> {
    return new Promise((resolve, reject) => {
      const [program, ...words] = this.shell;
      const child = spawn(program!, words, { stdio: ['pipe', 'pipe', 'pipe'], timeout: timeoutMs });
      const said = { stdout: '', stderr: '' };
      for (const name of ['stdout', 'stderr'] as const) child[name].setEncoding('utf8').on('data', (text: string) => { said[name] += text; });
      child.stdin.on('error', () => undefined); // it ended without reading: its exit code says why
      child.stdin.end(script(lines));
      child.once('error', reject);
      child.once('close', (code, signal) => {
        if (signal === null) resolve({ code, ...said });
        else reject(new Error(`${this.name} did not answer within ${timeoutMs / 1000} s`));
      });
    });
  }

  /** As `run`, but waits without turning the event loop: for when this process ends. */
  runNow(lines: readonly string[], timeoutMs: number): void {
    const [program, ...words] = this.shell;
    spawnSync(program!, words, { input: script(lines), timeout: timeoutMs, stdio: ['pipe', 'ignore', 'ignore'] });
  }
}

/** In braces, so that all of it is read before any of it runs: a command in it may read standard input. */
function script(lines: readonly string[]): string {
  return ['{', ...lines, '}', ''].join('\n');
}

/** A command as a line for a shell. */
export function line(words: readonly string[]): string {
  return words.map(quoted).join(' ');
}
