// The one place where the editor starts the engine: `preclinical VERB …` as a child process. Never through a shell, and
// never in a workspace that is not trusted.
import { type ChildProcess, type ChildProcessByStdio, spawn, type StdioOptions } from 'node:child_process';
import path from 'node:path';
import type { Readable } from 'node:stream';
import * as vscode from 'vscode';
import { chooseNode } from './node';
import { pythonVariables } from './python';

export interface EngineAnswer { readonly code: number; readonly stdout: string; readonly stderr: string }

/** Where the extension's own files are. */
export type EngineHome = Pick<vscode.ExtensionContext, 'extensionPath'>;

/** Variables beside those of the editor itself, such as keys of endpoints. */
export type EngineEnvironment = Readonly<Record<string, string>>;

/** Runs a verb to its end; its answer is text or JSON. */
export async function askEngine(
  extension: EngineHome, root: string, args: readonly string[], token?: vscode.CancellationToken, environment: EngineEnvironment = {},
): Promise<EngineAnswer> {
  const child = await spawnEngine(extension, root, args, ['ignore', 'pipe', 'pipe'], environment) as ChildProcessByStdio<null, Readable, Readable>;
  token?.onCancellationRequested(() => { child.kill('SIGTERM'); });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (bytes: Buffer) => { stdout += bytes.toString(); });
  child.stderr.on('data', (bytes: Buffer) => { stderr += bytes.toString(); });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => { resolve({ code: code ?? 1, stdout, stderr }); });
  });
}

export async function spawnEngine(
  extension: EngineHome, root: string, args: readonly string[], stdio: StdioOptions, environment: EngineEnvironment = {},
): Promise<ChildProcess> {
  if (!vscode.workspace.isTrusted) throw new Error(vscode.l10n.t('Preclinical starts no process in a workspace that is not trusted.'));
  const node = await chooseNode();
  const program = path.join(extension.extensionPath, 'dist', 'engine', 'cli.mjs');
  return spawn(node.program, [program, '--root', root, ...args], {
    cwd: root, stdio,
    env: { ...process.env, ...await pythonVariables(args[0], root), ...environment, ...node.environment, PRECLINICAL_NODE_SOURCE: node.source },
  });
}
