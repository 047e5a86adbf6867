// Which Node runs the engine: the setting, else `node` on PATH when new enough, else the editor's own as Node.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import * as vscode from 'vscode';

export interface ChosenNode {
  readonly program: string;
  readonly source: 'setting' | 'PATH' | 'editor';
  /** Variables the program needs to behave as Node. */
  readonly environment: Readonly<Record<string, string>>;
}

const oldestMajor = 20;
const run = promisify(execFile);

/** Asked once per session for each value of the setting, since a version does not change under a running window. */
const chosen = new Map<string, Promise<ChosenNode>>();

export function chooseNode(): Promise<ChosenNode> {
  const setting = vscode.workspace.getConfiguration('preclinical').get<string>('node.path', '').trim();
  const known = chosen.get(setting) ?? choose(setting);
  chosen.set(setting, known);
  return known;
}

async function choose(setting: string): Promise<ChosenNode> {
  if (setting !== '') return { program: setting, source: 'setting', environment: {} };
  if (await majorVersion('node') >= oldestMajor) return { program: 'node', source: 'PATH', environment: {} };
  return { program: process.execPath, source: 'editor', environment: { ELECTRON_RUN_AS_NODE: '1' } };
}

/** 0 when the program is not there. */
async function majorVersion(program: string): Promise<number> {
  try {
    const { stdout } = await run(program, ['--version']);
    return Number(/^v(\d+)\./.exec(stdout)?.[1] ?? 0);
  } catch {
    return 0;
  }
}
