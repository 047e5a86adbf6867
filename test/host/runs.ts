// Runs in a real VS Code, with real processes: the sample is written, a run is started, watched, stopped, killed.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import * as vscode from 'vscode';
import type { PreclinicalApi } from '../../src/extension';
import type { RunEntry } from '../../src/host/runs/entry';
import type { RunsApi } from '../../src/host/runs/register';
import type { Node } from '../../src/host/runs/view';

describe('runs in the editor', function () {
  this.timeout(240_000);
  let runs: RunsApi;
  let sample: vscode.Uri;

  before(async () => {
    runs = (vscode.extensions.getExtension<PreclinicalApi>('preclinical.preclinical')!.exports).runs;
    sample = (await vscode.commands.executeCommand<vscode.Uri | undefined>(
      'preclinical.sample.create', vscode.workspace.workspaceFolders![0]!.uri, { scale: 'tiny', open: false }))!;
    assert.ok(sample, 'the sample workspace was written');
  });

  after(async () => {
    for (const { id, reading } of runs.service.model!.entries) {
      if (reading.alive) await vscode.commands.executeCommand('preclinical.run.stop', id, 'kill');
    }
  });

  const start = async (name: string): Promise<string> => {
    const id = await vscode.commands.executeCommand<string | undefined>('preclinical.run.start', vscode.Uri.joinPath(sample, name), { ask: false });
    assert.ok(id, `${name} was started`);
    return id;
  };

  /** The run once it satisfies the condition; the suite's time limit is the only one. */
  const runWhere = (id: string, holds: (entry: RunEntry) => boolean): Promise<RunEntry> => new Promise((resolve) => {
    const look = (): void => {
      const entry = runs.service.model?.find(id);
      if (!entry || !holds(entry)) return;
      listener.dispose();
      resolve(entry);
    };
    const listener = runs.service.onDidChange(look);
    look();
  });
  const inState = (id: string, state: RunEntry['reading']['state']): Promise<RunEntry> => runWhere(id, (entry) => entry.reading.state === state);

  /** A run that ends only when it is told to. */
  const startEndless = async (name: string): Promise<string> => {
    const text = await readFile(vscode.Uri.joinPath(sample, 'runs/base.run.yaml').fsPath, 'utf8');
    const file = `runs/${name}.run.yaml`;
    await vscode.workspace.fs.writeFile(vscode.Uri.joinPath(sample, file), Buffer.from(text.replace(/^name: .*$/m, `name: ${name}\nsteps: 1000000`)));
    const id = await start(file);
    await runWhere(id, (entry) => (entry.progress.step ?? 0) > 1);
    return id;
  };

  const tabNamed = (name: string): Promise<void> => new Promise((resolve) => {
    const look = (): void => {
      if (!vscode.window.tabGroups.all.flatMap(({ tabs }) => tabs).some(({ label }) => label === name)) return;
      listener.dispose();
      resolve();
    };
    const listener = vscode.window.tabGroups.onDidChangeTabs(look);
    look();
  });

  const itemOf = (node: Node): vscode.TreeItem => runs.tree.getTreeItem(node);

  it('imports a run of another program, which stands in the tree as such with its curves', async () => {
    const log = vscode.Uri.joinPath(sample, 'elsewhere', 'trainer_log.jsonl');
    await vscode.workspace.fs.writeFile(log, Buffer.from('{"current_steps": 1, "total_steps": 2, "loss": 2.5, "lr": 0.001}\n{"current_steps": 2, "total_st'));
    const [id, ...others] = await vscode.commands.executeCommand<readonly string[]>('preclinical.run.import', log);
    assert.deepEqual(others, []);
    const item = itemOf((await runs.tree.getChildren()).find((node) => node.id === id)!);
    assert.equal(item.description, 'imported · step 1/2 · loss 2.500');
    assert.match(typeof item.tooltip === 'string' ? item.tooltip : '', /Imported from LLaMA-Factory, .*elsewhere\/trainer_log\.jsonl; 1 records of it could not be read/);
    assert.equal(item.contextValue, 'job import done ended unstarred unarchived');
    assert.deepEqual(item.command?.arguments, [id]);
  });

  it('starts a run, which stands in the tree while it works and when it is done', async () => {
    const id = await start('runs/base.run.yaml');
    const seen = runs.service.model!.find(id)!;
    assert.ok(['running', 'done'].includes(seen.reading.state), seen.reading.state);
    const done = await inState(id, 'done');
    assert.equal(done.progress.step, done.progress.totalSteps);
    const item = itemOf((await runs.tree.getChildren()).find((node) => node.id === id)!);
    assert.match(String(item.description), /^step \d+\/\d+ · loss \d/);
    assert.equal(item.contextValue, 'job train done ended unstarred unarchived');
    assert.deepEqual(item.command?.arguments, [id], 'a click opens its curves');
  });

  it('stops a run, which then reads as stopped and goes on when it is resumed; kill -9 reads as lost', async () => {
    const id = await startEndless('endless');
    const working = itemOf({ type: 'run', id, folder: '' });
    assert.match(working.contextValue!, /\brunning alive\b/);
    await vscode.commands.executeCommand('preclinical.run.stop', id, 'stop');
    const stopped = await inState(id, 'stopped');
    assert.ok(stopped.progress.checkpointStep > 0, 'a checkpoint was kept');
    await vscode.commands.executeCommand('preclinical.run.resume', id);
    const { reading } = await inState(id, 'running');
    assert.equal(reading.attempt, 2);
    process.kill(reading.pid, 'SIGKILL');
    const lost = await inState(id, 'lost');
    assert.match(itemOf({ type: 'run', id, folder: '' }).contextValue!, /\blost resumable\b/);
    assert.match(lost.reading.reason!, /killed/);
  });

  it('keeps a name, a star and an archive mark', async () => {
    const { id } = runs.service.model!.entries[0]!;
    await vscode.commands.executeCommand('preclinical.run.rename', id, '$(flame) <b>mine</b>');
    await vscode.commands.executeCommand('preclinical.run.star', id);
    assert.equal(itemOf({ type: 'run', id, folder: '' }).label, '$(flame) <b>mine</b>');
    assert.match(String(itemOf({ type: 'run', id, folder: '' }).description), /^★/);
    await vscode.commands.executeCommand('preclinical.run.archive', id);
    const shown = async (): Promise<boolean> => (await runs.tree.getChildren()).some((node) => node.id === id);
    assert.equal(await shown(), false);
    await vscode.commands.executeCommand('preclinical.runs.showArchived');
    assert.equal(await shown(), true);
    await vscode.commands.executeCommand('preclinical.runs.hideArchived');
    await vscode.commands.executeCommand('preclinical.run.unarchive', id);
    await vscode.commands.executeCommand('preclinical.run.unstar', id);
  });

  it('shows a study as the tree of its steps, and its report as far as it got', async () => {
    const id = await start('sample.study.yaml');
    await runWhere(id, ({ steps }) => steps.some((step) => step.state === 'running' && step.job !== undefined));
    const study = (await runs.tree.getChildren()).find((node) => node.id === id)!;
    const steps = await runs.tree.getChildren(study);
    assert.ok(steps.length > 15, `${steps.length} steps`);
    const named = steps.find((node) => node.id !== undefined)!;
    assert.deepEqual(runs.tree.getParent(named), study);
    assert.equal((await runs.tree.getChildren()).some((node) => node.type === 'run' && node.id === named.id), false, 'a step\'s job stands once');
    await vscode.commands.executeCommand('preclinical.run.stop', id, 'stop');
    const stopped = await inState(id, 'stopped');
    assert.equal(stopped.steps.some((step) => step.state === 'running'), false);
    await vscode.commands.executeCommand('preclinical.run.openReport', id);
    await tabNamed('Report: sample');
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  });

  it('starts nothing from a file with an error', async () => {
    const uri = vscode.Uri.joinPath(sample, 'runs/broken.run.yaml');
    await vscode.workspace.fs.writeFile(uri, Buffer.from('name: broken\n'));
    const before = runs.service.model!.entries.length;
    assert.equal(await vscode.commands.executeCommand('preclinical.run.start', uri, { ask: false }), undefined);
    await runs.service.refresh();
    assert.equal(runs.service.model!.entries.length, before);
  });
});
