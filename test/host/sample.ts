// The sample workspace that the suites of runs share, and what they wait for.
import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { PreclinicalApi } from '../../src/extension';
import type { RunEntry } from '../../src/host/runs/entry';
import type { RunsApi } from '../../src/host/runs/register';

export function api(): PreclinicalApi {
  return vscode.extensions.getExtension<PreclinicalApi>('preclinical.preclinical')!.exports;
}

/** Its folder; written when no suite before has. */
export async function sampleFolder(): Promise<vscode.Uri> {
  const [found] = await vscode.workspace.findFiles('**/sample.study.yaml');
  const folder = found ? vscode.Uri.joinPath(found, '..')
    : await vscode.commands.executeCommand<vscode.Uri | undefined>('preclinical.sample.create', vscode.workspace.workspaceFolders![0]!.uri, { scale: 'tiny', open: false });
  assert.ok(folder, 'the sample workspace is there');
  return folder;
}

/** The run once it satisfies the condition; the suite's time limit is the only one. */
export function runWhere({ service }: RunsApi, id: string, holds: (entry: RunEntry) => boolean): Promise<RunEntry> {
  return new Promise((resolve) => {
    const look = (): void => {
      const entry = service.model?.find(id);
      if (!entry || !holds(entry)) return;
      listener.dispose();
      resolve(entry);
    };
    const listener = service.onDidChange(look);
    look();
  });
}

/** Starts a file without a question and waits until it is done. */
export async function runToEnd(runs: RunsApi, uri: vscode.Uri): Promise<RunEntry> {
  const id = await vscode.commands.executeCommand<string | undefined>('preclinical.run.start', uri, { ask: false });
  assert.ok(id, `${uri.path} was started`);
  return runWhere(runs, id, ({ reading }) => reading.state === 'done');
}

export function tabWhere(holds: (tab: vscode.Tab) => boolean): Promise<vscode.Tab> {
  return new Promise((resolve) => {
    const look = (): void => {
      const tab = vscode.window.tabGroups.all.flatMap(({ tabs }) => tabs).find(holds);
      if (!tab) return;
      listener.dispose();
      resolve(tab);
    };
    const listener = vscode.window.tabGroups.onDidChangeTabs(look);
    look();
  });
}
