// The curves panel in a real VS Code: opened with a run's id, its page loads, asks, and is told the run's name.
import assert from 'node:assert/strict';
import { appendFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import * as vscode from 'vscode';
import { createJob } from '../../src/runs/create';
import { preclinicalFolder } from '../../src/runs/layout';

function curvesTabs(): vscode.Tab[] {
  return vscode.window.tabGroups.all.flatMap((group) => group.tabs)
    .filter(({ input }) => input instanceof vscode.TabInputWebview && input.viewType.endsWith('preclinical.curves'));
}

async function until(condition: () => boolean): Promise<void> {
  if (condition()) return;
  await new Promise<void>((resolve) => {
    const listening = vscode.window.tabGroups.onDidChangeTabs(() => {
      if (!condition()) return;
      listening.dispose();
      resolve();
    });
  });
}

describe('curves panel', () => {
  const root = vscode.workspace.workspaceFolders![0]!.uri.fsPath;
  let run: string;
  let folder: string;

  before(async () => {
    ({ id: run, folder } = await createJob(root, {
      schema: 1, kind: 'serve', name: 'A run <b>of</b> "curves"', overrides: {}, resolved: { checkpoint: 'x', host: '127.0.0.1', port: 0 },
    }));
    appendFileSync(path.join(folder, 'events.jsonl'), `${JSON.stringify({ schema: 1, seq: 1, attempt: 1, wallMs: 0, elapsedMs: 9, type: 'metrics', step: 1, tokens: 8, metrics: { 'train/loss': 3 } })}\n`);
  });

  after(async () => {
    await vscode.window.tabGroups.close(curvesTabs());
    rmSync(preclinicalFolder(root), { recursive: true, force: true });
  });

  it('loads its page, which asks for the runs', async () => {
    await vscode.commands.executeCommand('preclinical.curves.open', run);
    // The name is known only after the page said `ready` and the folder was read.
    await until(() => curvesTabs().some((tab) => tab.label === 'Curves: A run <b>of</b> "curves"'));
  });

  it('shows the panel that is there instead of a second one of the same runs', async () => {
    await vscode.commands.executeCommand('preclinical.curves.open', { id: run });
    assert.equal(curvesTabs().length, 1);
  });
});
