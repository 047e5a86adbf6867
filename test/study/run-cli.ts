// Runs the built command line as a user would, in a process of its own.
import { spawn, type ChildProcess } from 'node:child_process';
import path from 'node:path';

export const packageRoot = process.env['PRECLINICAL_ROOT'] ?? process.cwd();
const cli = path.join(packageRoot, 'dist', 'engine', 'cli.mjs');

export interface CliResult { readonly code: number | null; readonly signal: NodeJS.Signals | null; readonly output: string }

export interface RunningCli { readonly child: ChildProcess; readonly ended: Promise<CliResult> }

/** Starts `preclinical ARGUMENTS`; output is collected, and passed to `onOutput` as it comes. */
export function startCli(args: readonly string[], options: { cwd?: string; onOutput?: (text: string) => void } = {}): RunningCli {
  const child = spawn(process.execPath, [cli, ...args], { cwd: options.cwd ?? packageRoot, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  const take = (bytes: Buffer): void => {
    output += bytes.toString();
    options.onOutput?.(bytes.toString());
  };
  child.stdout.on('data', take);
  child.stderr.on('data', take);
  const ended = new Promise<CliResult>((resolve) => {
    child.on('close', (code, signal) => { resolve({ code, signal, output }); });
  });
  return { child, ended };
}

export function runCli(args: readonly string[], options: { cwd?: string } = {}): Promise<CliResult> {
  return startCli(args, options).ended;
}
