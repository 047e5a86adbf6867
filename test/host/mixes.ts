// Mixes in a real VS Code: the view lists them and builds one with a real process; the form opens, its page asks and is
// answered, an edit keeps the comments and is one step to undo.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import * as vscode from 'vscode';
import type { PreclinicalApi } from '../../src/extension';
import { type MixFormHome, MixFormSession } from '../../src/host/mix-form/session';
import type { MixEntry } from '../../src/host/mixes/entry';
import type { MixesApi } from '../../src/host/mixes/register';
import type { Node } from '../../src/host/mixes/view';
import type { HostToMixForm, MixFormSnapshot, MixFormToHost } from '../../src/protocol/panels/mix';
import { diagnosticsWhere } from './diagnostics';
import { sampleIn } from './sample-folder';
import { ScriptedPanel } from './scripted-panel';

/** The first snapshot, past or to come, for which the condition holds. */
function snapshotOf(panel: ScriptedPanel<MixFormToHost, HostToMixForm>, holds: (snapshot: MixFormSnapshot) => boolean): Promise<MixFormSnapshot> {
  return panel.messageWhere((one): one is MixFormSnapshot => holds(one));
}

const text = `# A mix for the test.
name: host-test   # its name
tokenizer: ../tokenizer
sequenceLength: 64
sources:
  passages: { path: ../data/clinical/passages.jsonl, domain: clinical }
  reader: { path: ../data/general/reader.txt, format: lines, domain: general, role: replay }
stages:
  - name: blend
    tokens: 2000     # few
    sources:
      passages: { share: 0.8 }  # most
      reader: { share: 0.2 }
`;

describe('mixes in the editor', function () {
  this.timeout(240_000);
  let mixes: MixesApi;
  let uri: vscode.Uri;

  before(async () => {
    mixes = vscode.extensions.getExtension<PreclinicalApi>('preclinical.preclinical')!.exports.mixes;
    const sample = await sampleIn(vscode.workspace.workspaceFolders![0]!.uri);
    uri = vscode.Uri.joinPath(sample, 'mixes/host-test.mix.yaml');
    await vscode.workspace.fs.writeFile(uri, Buffer.from(text));
    mixes.service.setVisible('test', true);
  });

  after(async () => {
    mixes.service.setVisible('test', false);
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    await vscode.workspace.fs.delete(uri);
  });

  const entryWhere = (holds: (entry: MixEntry) => boolean): Promise<MixEntry> => new Promise((resolve) => {
    const look = (): void => {
      const entry = mixes.service.model?.find(uri.fsPath);
      if (!entry || !holds(entry)) return;
      listener.dispose();
      resolve(entry);
    };
    const listener = mixes.service.onDidChange(look);
    look();
  });
  const item = (node: Node): vscode.TreeItem => mixes.tree.getTreeItem(node);
  const nodeOf = (): Node => ({ type: 'mix', file: uri.fsPath });
  const activeTab = (): vscode.Tab | undefined => vscode.window.tabGroups.activeTabGroup.activeTab;
  const formHome = (): MixFormHome => ({ extensionUri: vscode.extensions.getExtension('preclinical.preclinical')!.extensionUri, sizes: mixes.sizes, mixes: mixes.service });
  const document = (): Promise<vscode.TextDocument> => Promise.resolve(vscode.workspace.openTextDocument(uri));

  it('are listed with what is built of them; one is built by a real process and then out of date when its file changes', async () => {
    await entryWhere((entry) => entry.state === 'never');
    assert.ok((await mixes.tree.getChildren()).some((node) => node.file === uri.fsPath));
    assert.equal(item(nodeOf()).contextValue, 'mix never buildable');
    assert.ok(await vscode.commands.executeCommand<string | undefined>('preclinical.mix.build', uri, { ask: false }), 'a job was started');
    const built = await entryWhere((entry) => entry.state === 'built');
    assert.match(String(item(nodeOf()).description), /^built · [\d,.k]+ tokens · \d+ documents · [\d.]+ kB$/);
    const [build] = await mixes.tree.getChildren(nodeOf());
    assert.equal(item(build!).label, built.current!.hash);
    await vscode.commands.executeCommand('preclinical.mix.openManifest', build);
    assert.equal(path.basename(vscode.window.activeTextEditor!.document.fileName), 'manifest.json');
    await vscode.workspace.fs.writeFile(uri, Buffer.from(text.replace('2000 ', '3000 ')));
    assert.equal((await entryWhere((entry) => entry.state === 'outOfDate')).builds.length, 1);
    await vscode.workspace.fs.writeFile(uri, Buffer.from(text));
    await entryWhere((entry) => entry.state === 'built');
  });

  it('say what is wrong with a file that cannot be built', async () => {
    await vscode.workspace.fs.writeFile(uri, Buffer.from(text.replace('reader.txt', 'gone.txt')));
    const entry = await entryWhere((one) => one.problem !== undefined);
    assert.match(entry.problem!, /host-test\.mix\.yaml:7.*sources\.reader\.path/);
    await vscode.workspace.fs.writeFile(uri, Buffer.from(text));
    await entryWhere((one) => one.problem === undefined);
  });

  it('have a plan, as a read-only document', async () => {
    await vscode.commands.executeCommand('preclinical.mix.plan', uri);
    const { document: plan } = vscode.window.activeTextEditor!;
    assert.match(plan.getText(), /^host-test: built[\s\S]*Stage blend: 2,000 tokens[\s\S]*passages +1,600/);
    assert.equal(plan.uri.scheme, 'preclinical-mix-plan');
  });

  it('show before any build which tokens of their first records would be trained on', async () => {
    const other = vscode.Uri.joinPath(uri, '../preview-test.mix.yaml');
    await vscode.workspace.fs.writeFile(other, Buffer.from(text.replace('../data/clinical/passages.jsonl, domain: clinical', '../data/instructions/dialogues.jsonl, domain: clinical')));
    try {
      await vscode.commands.executeCommand('preclinical.mix.preview', other, 'passages');
      const { document: shown } = vscode.window.activeTextEditor!;
      assert.equal(shown.uri.scheme, 'preclinical-view');
      assert.match(shown.getText(), /=== passages [^\n]* 40 tokens, 4 of them trained on\nQuestion: [^⟦]*\nAnswer:⟦ Max<\|endoftext\|>⟧\n/);
      assert.doesNotMatch(shown.getText(), /=== reader/);
      await vscode.commands.executeCommand('preclinical.mix.preview', other);
      assert.match(vscode.window.activeTextEditor!.document.getText(), /=== reader [^\n]* tokens, \d+ of them trained on\n⟦/);
    } finally {
      await vscode.workspace.fs.delete(other);
    }
  });

  it('say in the text which source is too small, as its numbers are typed, and take the most it can supply', async () => {
    const other = vscode.Uri.joinPath(uri, '../too-small.mix.yaml');
    await vscode.workspace.fs.writeFile(other, Buffer.from(text));
    const shown = await vscode.workspace.openTextDocument(other);
    await vscode.window.showTextDocument(shown);
    const edit = new vscode.WorkspaceEdit();
    const start = text.indexOf('2000');
    edit.replace(other, new vscode.Range(shown.positionAt(start), shown.positionAt(start + 4)), '9000000');
    assert.ok(await vscode.workspace.applyEdit(edit));
    const isTooSmall = ({ code }: vscode.Diagnostic): boolean => code === 'mix-repeat-cap';
    const tooSmall = (await diagnosticsWhere(other, (all) => all.some(isTooSmall))).filter(isTooSmall);
    assert.deepEqual(tooSmall.map(({ range }) => shown.getText(range)), ['passages', 'reader']);
    assert.match(tooSmall[0]!.message, /the source holds [\d,]+ tokens, which is [\d.,]+ passes; the cap is 4/);
    const actions = await vscode.commands.executeCommand<vscode.CodeAction[]>('vscode.executeCodeActionProvider', other, tooSmall[0]!.range, vscode.CodeActionKind.QuickFix.value);
    const fix = actions.find(({ isPreferred }) => isPreferred === true);
    assert.ok(fix?.edit, actions.map(({ title }) => title).join(', '));
    await vscode.workspace.applyEdit(fix.edit);
    await diagnosticsWhere(other, (all) => !all.some(isTooSmall));
    const tokens = Number(/tokens: (\d+) /.exec(shown.getText())![1]);
    assert.ok(tokens > 2000 && tokens < 9_000_000, `${tokens} tokens`);
    await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
    await vscode.workspace.fs.delete(other);
  });

  it('have a form in the editor, and lenses that open it', async () => {
    const shown = await document();
    const lenses = await vscode.commands.executeCommand<vscode.CodeLens[]>('vscode.executeCodeLensProvider', shown.uri, 10);
    assert.deepEqual(lenses.map((lens) => lens.command?.command), ['preclinical.mix.build', 'preclinical.mix.openForm', 'preclinical.mix.preview']);
    await vscode.commands.executeCommand('preclinical.mix.openForm', uri);
    const input = activeTab()?.input;
    assert.ok(input instanceof vscode.TabInputCustom && input.viewType === 'preclinical.mixForm', activeTab()?.label);
  });

  it('are measured by the engine and edited in their text, comments kept, one step to undo', async () => {
    const shown = await document();
    // The form of the step before is the active editor: what is undone is undone there.
    const panel = new ScriptedPanel<MixFormToHost, HostToMixForm>('host-test.mix.yaml');
    const session = new MixFormSession(formHome(), shown, panel.asWebviewPanel());
    panel.say({ type: 'ready' });
    const { sizes, mix } = await snapshotOf(panel, (snapshot) => snapshot.sizes.state !== 'measuring');
    assert.equal(sizes.state, 'measured', sizes.words);
    assert.deepEqual(mix!.stages[0]!.sources, { passages: { share: 0.8 }, reader: { share: 0.2 } });
    assert.ok(sizes.bySource['passages']!.tokens > 1000 && sizes.built === true);
    panel.say({ type: 'edit', number: 1, edit: { stage: 0, tokens: 1500, amounts: { passages: { share: 0.55 }, reader: { share: 0.45 } } } });
    const edited = await snapshotOf(panel, (snapshot) => snapshot.edits === 1);
    assert.equal(edited.unsaved, true);
    assert.equal(shown.getText(), text.replace('2000', '1500').replace('0.8', '0.55').replace('0.2 ', '0.45 '));
    panel.say({ type: 'edit', number: 2, edit: { stage: 0, tokens: Number.NaN } });
    await snapshotOf(panel, (snapshot) => snapshot.edits === 2);
    await vscode.commands.executeCommand('undo');
    const undone = await snapshotOf(panel, (snapshot) => snapshot.mix?.stages[0]?.tokens === 2000);
    assert.deepEqual(undone.mix!.stages[0]!.sources, { passages: { share: 0.8 }, reader: { share: 0.2 } });
    assert.equal(shown.getText(), text);
    assert.equal(shown.isDirty, false);
    panel.say({ type: 'edit', number: 3, edit: { removeSource: 'reader' } });
    const without = await snapshotOf(panel, (snapshot) => snapshot.edits === 3);
    assert.deepEqual(without.mix!.sources.map(({ name }) => name), ['passages']);
    assert.equal(shown.getText(), text.replace(/ {2}reader: \{ path.*\n/, '').replace('0.8', '1').replace(/ {6}reader.*\n/, ''));
    await vscode.commands.executeCommand('undo');
    await snapshotOf(panel, (snapshot) => snapshot.mix?.sources.length === 2);
    assert.equal(shown.getText(), text);
    // All at once, as fast keys come: each undo takes back the change before it, and none is lost.
    panel.say({ type: 'edit', number: 4, edit: { stage: 0, tokens: 1800 } });
    panel.say({ type: 'edit', number: 5, edit: { removeSource: 'reader' } });
    panel.say({ type: 'history', step: 'undo' });
    panel.say({ type: 'history', step: 'undo' });
    panel.say({ type: 'history', step: 'redo' });
    panel.say({ type: 'edit', number: 6, edit: { repeatCap: 3 } });
    await snapshotOf(panel, (snapshot) => snapshot.edits === 6);
    assert.equal(shown.getText().replace(/^repeatCap: 3\n/m, ''), text.replace('2000', '1800'));
    panel.say({ type: 'history', step: 'undo' });
    panel.say({ type: 'history', step: 'undo' });
    panel.say({ type: 'edit', number: 7, edit: { stage: 0, tokens: Number.NaN } });
    await snapshotOf(panel, (snapshot) => snapshot.edits === 7);
    assert.equal(shown.getText(), text);
    session.dispose();
  });

  it('show a problem of the text instead of the form while there is one', async () => {
    const shown = await document();
    const panel = new ScriptedPanel<MixFormToHost, HostToMixForm>('host-test.mix.yaml');
    const session = new MixFormSession(formHome(), shown, panel.asWebviewPanel());
    panel.say({ type: 'ready' });
    const edit = new vscode.WorkspaceEdit();
    edit.insert(uri, new vscode.Position(4, 0), 'name: [\n');
    await vscode.workspace.applyEdit(edit);
    const { mix, problems } = await snapshotOf(panel, (snapshot) => snapshot.problems.length > 0);
    assert.equal(mix, undefined);
    assert.ok(problems[0]!.line! >= 5);
    await vscode.commands.executeCommand('undo');
    await snapshotOf(panel, (snapshot) => snapshot.mix !== undefined);
    session.dispose();
  });

  it('begin from a commented template', async () => {
    const made = vscode.Uri.joinPath(uri, '../from-template.mix.yaml');
    await vscode.commands.executeCommand('preclinical.mix.new', made);
    const { document: opened } = vscode.window.activeTextEditor!;
    assert.match(opened.getText(), /^# A data mix[\s\S]*^name: from-template$/m);
    assert.equal(readFileSync(made.fsPath, 'utf8'), opened.getText());
    await vscode.commands.executeCommand('workbench.action.closeActiveEditor');
    await vscode.workspace.fs.delete(made);
  });
});
