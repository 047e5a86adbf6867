// What run and study files offer in a real VS Code (Estimate, Curves, Report), and what the Runs view does with many runs.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import * as vscode from 'vscode';
import type { RunEstimate } from '../../src/protocol/estimate';
import type { RunsApi } from '../../src/host/runs/register';
import type { RunEntry } from '../../src/host/runs/entry';
import { api, runToEnd, sampleFolder, tabWhere } from './sample';

describe('run files and many runs', function () {
  this.timeout(120_000);
  let runs: RunsApi;
  let file: vscode.Uri;
  let study: vscode.Uri;
  let done: RunEntry;

  before(async () => {
    ({ runs } = api());
    const sample = await sampleFolder();
    file = vscode.Uri.joinPath(sample, 'runs/base.run.yaml');
    study = vscode.Uri.joinPath(sample, 'sample.study.yaml');
    done = await runToEnd(runs, file);
  });

  afterEach(() => vscode.commands.executeCommand('workbench.action.closeAllEditors'));

  const lensesOf = async (uri: vscode.Uri): Promise<string[]> => {
    await vscode.window.showTextDocument(uri);
    return (await vscode.commands.executeCommand<vscode.CodeLens[]>('vscode.executeCodeLensProvider', uri, 10)).map((lens) => lens.command!.title.replace(/^\$\([\w-]+\) /, ''));
  };

  it('offer Start, Estimate, Curves and, of a study, Report; each can be switched off', async () => {
    assert.deepEqual(await lensesOf(file), ['Start', 'Estimate', 'Curves']);
    assert.deepEqual(await lensesOf(study), ['Start', 'Estimate', 'Curves', 'Report']);
    const settings = vscode.workspace.getConfiguration('preclinical.codeLens');
    for (const [name, left] of [['start', ['Estimate', 'Curves']], ['curves', ['Start', 'Estimate']], ['enabled', []]] as const) {
      await settings.update(name, false, vscode.ConfigurationTarget.Workspace);
      assert.deepEqual(await lensesOf(file), left);
      await settings.update(name, undefined, vscode.ConfigurationTarget.Workspace);
    }
  });

  it('are estimated, a run by itself and a study as the sum of its runs', async () => {
    const run = await vscode.commands.executeCommand<RunEstimate>('preclinical.run.estimate', file);
    assert.deepEqual([run.kind, run.fits, run.steps], ['run', true, done.progress.totalSteps]);
    const whole = await vscode.commands.executeCommand<{ kind: string; runs: Record<string, RunEstimate> }>('preclinical.run.estimate', study);
    assert.equal(whole.kind, 'study');
    assert.equal(whole.runs['base']!.parameters, run.parameters);
  });

  it('that cannot fit start nothing', async () => {
    const large = vscode.Uri.joinPath(file, '../large.run.yaml');
    await vscode.workspace.fs.writeFile(large, Buffer.from((await readFile(file.fsPath, 'utf8')).replace(/^batchSize: .*$/m, 'batchSize: 1000000')));
    assert.equal(await vscode.commands.executeCommand('preclinical.run.start', large, { ask: false }), undefined);
    assert.equal(runs.service.model!.entries.some((entry) => entry.file?.endsWith('large.run.yaml')), false);
    const { fits, largest } = await vscode.commands.executeCommand<RunEstimate>('preclinical.run.estimate', large);
    assert.ok(!fits && largest!.batchSize! > 1);
    await vscode.workspace.fs.delete(large);
  });

  it('open the curves of their runs', async () => {
    const ids = await vscode.commands.executeCommand<string[]>('preclinical.curves.openOfFile', file);
    assert.ok(ids.includes(done.id));
    await tabWhere(({ input }) => input instanceof vscode.TabInputWebview && input.viewType.endsWith('preclinical.curves'));
  });

  it('have tags that the filter finds, and the view says it is filtered', async () => {
    await vscode.commands.executeCommand('preclinical.run.tag', done.id, 'keep, #paper');
    assert.match(String(runs.tree.getTreeItem({ type: 'run', id: done.id, folder: '' }).description), /#keep #paper$/);
    await vscode.commands.executeCommand('preclinical.runs.filter', '#paper done');
    assert.deepEqual((await runs.tree.getChildren()).map((node) => node.id), [done.id]);
    await vscode.commands.executeCommand('preclinical.runs.filter', '#pap');
    assert.deepEqual(await runs.tree.getChildren(), []);
    await vscode.commands.executeCommand('preclinical.runs.clearFilter');
    assert.ok((await runs.tree.getChildren()).length > 1);
  });

  it('are compared by their resolved settings', async () => {
    const other = runs.service.model!.entries.find(({ id, kind }) => kind === 'train' && id !== done.id)!;
    await vscode.commands.executeCommand('preclinical.run.compare', { id: done.id }, [{ id: done.id }, { id: other.id }]);
    const { input } = await tabWhere((tab) => tab.input instanceof vscode.TabInputTextDiff);
    const { original, modified } = input as vscode.TabInputTextDiff;
    assert.deepEqual([original.path, modified.path].map((one) => one.split('/').at(-2)), [done.id, other.id].sort());
  });

  it('are deleted with their folder when nobody works on them', async () => {
    const spare = runs.service.model!.entries.find(({ kind, reading }) => kind === 'train' && reading.state === 'lost')!;
    await vscode.commands.executeCommand('preclinical.run.delete', spare.id, { ask: false });
    assert.equal(runs.service.model!.find(spare.id), undefined);
    await assert.rejects(async () => vscode.workspace.fs.stat(vscode.Uri.file(spare.folder)));
  });

  it('bring the panel of a report back, and drop that of a study that is gone', async () => {
    const { id } = runs.service.model!.entries.find(({ kind }) => kind === 'study')!;
    const panel = (): vscode.WebviewPanel => vscode.window.createWebviewPanel('preclinical.report', 'Report', vscode.ViewColumn.Active);
    const back = panel();
    await runs.reports.revive(back, id);
    assert.match(back.webview.html, new RegExp(`job <code>${id}</code>`));
    assert.equal(back.webview.options.enableScripts, true);
    const gone = panel();
    const closed = new Promise<void>((resolve) => { gone.onDidDispose(() => { resolve(); }); });
    await runs.reports.revive(gone, '20200101-000000-gone-abcd');
    await closed;
  });
});
