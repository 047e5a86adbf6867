// The Evaluations view in a real VS Code: a checkpoint is evaluated, stands under its run with its scores, and opens.
import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { EvaluationsApi } from '../../src/host/evaluations/register';
import type { Node } from '../../src/host/evaluations/view';
import type { RunEntry } from '../../src/host/runs/entry';
import type { RunsApi } from '../../src/host/runs/register';
import { api, runToEnd, runWhere, sampleFolder, tabWhere } from './sample';

describe('evaluations in the editor', function () {
  this.timeout(120_000);
  let runs: RunsApi;
  let evaluations: EvaluationsApi;
  let run: RunEntry;
  let tasks: vscode.Uri[];
  let first: string;
  let second: string;

  before(async () => {
    ({ runs, evaluations } = api());
    const sample = await sampleFolder();
    run = await runToEnd(runs, vscode.Uri.joinPath(sample, 'runs/base.run.yaml'));
    tasks = ['facts-text', 'facts-letter'].map((name) => vscode.Uri.joinPath(sample, `tasks/${name}.yaml`));
    first = await evaluate({ tasks });
    second = await evaluate({ tasks: tasks.slice(0, 1), limit: 10 });
  });

  afterEach(() => vscode.commands.executeCommand('workbench.action.closeAllEditors'));

  const evaluate = async (options: { tasks: readonly vscode.Uri[]; limit?: number }): Promise<string> => {
    const id = await vscode.commands.executeCommand<string | undefined>('preclinical.evaluation.start', { type: 'run', id: run.id }, options);
    assert.ok(id, 'an evaluation was started');
    await runWhere(runs, id, ({ reading }) => reading.state === 'done');
    return id;
  };

  const children = (node?: Node): Promise<Node[]> => evaluations.tree.getChildren(node);
  const isResults = ({ input }: vscode.Tab): boolean => input instanceof vscode.TabInputWebview && input.viewType.endsWith('preclinical.results');

  it('stand under their run, newest first, each with the scores of its tasks', async () => {
    const group = (await children()).find((node) => node.type === 'group' && node.id === run.id)!;
    assert.equal(evaluations.tree.getTreeItem(group).label, run.name);
    const below = await children(group);
    assert.deepEqual(below.map((node) => node.id), [second, first]);
    assert.deepEqual(evaluations.tree.getParent(below[0]!), group);
    const scores = await children(below[1]);
    assert.deepEqual(scores.map((node) => node.type === 'task' && node.task), ['facts-text', 'facts-letter']);
    assert.match(String(evaluations.tree.getTreeItem(scores[0]!).description), /^acc 0\.\d{3} ± 0\.\d{3} · acc_norm 0\.\d{3} ± 0\.\d{3}$/);
    assert.match(String(evaluations.tree.getTreeItem(below[0]!).description), /facts-text acc .* · first 10$/);
  });

  it('open side by side in one panel, as the harness\'s file, and question by question', async () => {
    await vscode.commands.executeCommand('preclinical.evaluation.open', { type: 'evaluation', id: first });
    await tabWhere(isResults);
    await vscode.commands.executeCommand('preclinical.evaluation.open', { type: 'run', id: run.id });
    await vscode.commands.executeCommand('preclinical.evaluation.compare', { type: 'evaluation', id: second }, [{ id: second }, { id: first }]);
    assert.equal(vscode.window.tabGroups.all.flatMap(({ tabs }) => tabs).filter(isResults).length, 1);
    await assert.doesNotReject(async () => vscode.commands.executeCommand('preclinical.evaluation.open'), 'all there are');
    await vscode.commands.executeCommand('preclinical.evaluation.openJson', first);
    await tabWhere(({ label }) => /^results_.*\.json$/.test(label));
    await vscode.commands.executeCommand('preclinical.evaluation.openSamples', { type: 'task', id: first, task: 'facts-letter' });
    await tabWhere(({ label }) => /^samples_facts-letter_.*\.jsonl$/.test(label));
  });

  it('are hidden when they are archived, and gone when they are deleted', async () => {
    const shown = async (): Promise<(string | undefined)[]> => (await Promise.all((await children()).map((group) => children(group)))).flat().map((node) => node.id);
    await vscode.commands.executeCommand('preclinical.run.archive', { type: 'evaluation', id: second });
    assert.equal((await shown()).includes(second), false);
    await vscode.commands.executeCommand('preclinical.evaluations.showArchived');
    assert.ok((await shown()).includes(second));
    await vscode.commands.executeCommand('preclinical.evaluations.hideArchived');
    await vscode.commands.executeCommand('preclinical.run.delete', second, { ask: false });
    assert.equal(runs.service.model!.find(second), undefined);
    assert.ok((await shown()).includes(first));
  });
});
