// The one place where the editor starts the engine: `preclinical VERB … ` as a child process, its answer as text or JSON.
import { spawn } from 'node:child_process';
import path from 'node:path';
import * as vscode from 'vscode';
import { chooseNode } from './node';

export interface EngineAnswer { readonly code: number; readonly stdout: string; readonly stderr: string }

/** Runs a verb to its end. Never through a shell. Refuses in an untrusted workspace. */
export async function askEngine(extension: vscode.ExtensionContext, root: string, args: readonly string[], token?: vscode.CancellationToken): Promise<EngineAnswer> {
  if (!vscode.workspace.isTrusted) throw new Error(vscode.l10n.t('Preclinical starts no process in a workspace that is not trusted.'));
  const node = await chooseNode();
  const program = path.join(extension.extensionPath, 'dist', 'engine', 'cli.mjs');
  const child = spawn(node.program, [program, '--root', root, ...args], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...node.environment, PRECLINICAL_NODE_SOURCE: node.source },
  });
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
