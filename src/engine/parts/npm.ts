// Runs the user's npm, with the user's registry, proxy and certificates, and keeps what it prints for when it fails.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { userError } from '../../base/errors/problem';

/**
 * Installs what package.json and package-lock.json of `folder` name. Install scripts do not run: every part ships its
 * binaries. `install` rather than `ci`, since a registry's mirror may lack packages of other platforms.
 */
export async function npmInstall(folder: string, what: string, signal?: AbortSignal): Promise<void> {
  const args = ['install', '--ignore-scripts', '--no-bin-links', '--omit=dev', '--no-audit', '--no-fund', '--no-update-notifier', '--loglevel=error'];
  const { code, output } = await runTool(npmCommand(), args, { folder, signal });
  if (code === 0) return;
  throw userError({
    code: 'part-npm', key: what, message: `npm could not install it:\n${tail(output)}\n`,
    next: 'Check the network and `npm config get registry`, or bring the part from another machine: preclinical doctor --bundle DIR there, --from DIR here.',
  });
}

/** npm's own program beside this Node, so that no shell is needed; else whatever npm is on PATH. */
export function npmCommand(): readonly string[] {
  const beside = [
    path.join(path.dirname(process.execPath), '..', 'lib', 'node_modules', 'npm', 'bin', 'npm-cli.js'),
    path.join(path.dirname(process.execPath), 'node_modules', 'npm', 'bin', 'npm-cli.js'),
  ].find((file) => existsSync(file));
  return beside === undefined ? ['npm'] : [process.execPath, beside];
}

interface ToolRun {
  readonly folder: string;
  readonly signal?: AbortSignal | undefined;
  readonly environment?: Readonly<Record<string, string>>;
}

/** Runs a program to its end; code 127 when there is no such program. Output is stdout and stderr as they came. */
export function runTool(command: readonly string[], args: readonly string[], { folder, signal, environment }: ToolRun): Promise<{ code: number; output: string }> {
  const [program, ...first] = command;
  return new Promise((resolve, reject) => {
    const child = spawn(program!, [...first, ...args], {
      cwd: folder, stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...environment },
      shell: process.platform === 'win32' && command.length === 1, ...(signal === undefined ? {} : { signal }),
    });
    let output = '';
    const keep = (chunk: Buffer): void => { output += chunk.toString(); };
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    child.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') resolve({ code: 127, output: `${program} was not found on PATH.` });
      else reject(error);
    });
    child.on('close', (code) => { resolve({ code: code ?? 1, output }); });
  });
}

/** The last lines of what a program printed. */
export function tail(output: string, lines = 12): string {
  return output.trim().split('\n').slice(-lines).join('\n');
}
