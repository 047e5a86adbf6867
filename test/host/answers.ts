// The answers panel in a real VS Code: opened for a job and for a .cot file, its page loads and is told what was answered.
import assert from 'node:assert/strict';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import * as vscode from 'vscode';
import { parseCot } from '../../src/documents/cot/parse';
import { createJob } from '../../src/runs/create';

describe('answers panel', () => {
  const root = vscode.workspace.workspaceFolders![0]!.uri.fsPath;
  const folder = path.join(root, 'answers-test');
  const cot = '---\nname: shown\nquestions: shown.jsonl\nstrategies: [direct]\n---\n{{ question }}\n';
  let job: string;
  let jobFolder: string;

  const tabs = (): vscode.Tab[] => vscode.window.tabGroups.all.flatMap((group) => group.tabs)
    .filter(({ input }) => input instanceof vscode.TabInputWebview && input.viewType.endsWith('preclinical.answers'));
  const until = (holds: () => boolean): Promise<void> => new Promise((resolve) => {
    const look = (): void => {
      if (!holds()) return;
      listener.dispose();
      resolve();
    };
    const listener = vscode.window.tabGroups.onDidChangeTabs(look);
    look();
  });

  before(async () => {
    mkdirSync(folder, { recursive: true });
    writeFileSync(path.join(folder, 'shown.jsonl'), '{"question": "Which?", "options": {"A": "x", "B": "y"}, "answer_idx": "A"}\n');
    writeFileSync(path.join(folder, 'shown.cot'), cot);
    const { settings, body } = parseCot(cot, 'shown.cot').document!;
    ({ id: job, folder: jobFolder } = await createJob(root, {
      schema: 1, kind: 'prompt', name: 'shown', file: 'answers-test/shown.cot', overrides: {},
      resolved: { cot: settings, body, questions: 'answers-test/shown.jsonl', model: { baseUrl: 'http://127.0.0.1:1/v1', model: 'm' }, inputHashes: {} },
    }));
  });
  after(async () => {
    await vscode.window.tabGroups.close(tabs());
    rmSync(folder, { recursive: true, force: true });
    rmSync(jobFolder, { recursive: true, force: true });
  });

  it('opens for a job, once for its question set', async () => {
    await vscode.commands.executeCommand('preclinical.prompts.openResults', job);
    await until(() => tabs().some(({ label }) => label === 'Prompt Results: shown.jsonl'));
    await vscode.commands.executeCommand('preclinical.prompts.openResults', { id: job });
    await vscode.commands.executeCommand('preclinical.prompts.openResults', vscode.Uri.file(path.join(folder, 'shown.cot')));
    assert.equal(tabs().length, 1);
  });
});
