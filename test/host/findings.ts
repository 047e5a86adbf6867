// Findings of a real build in a real VS Code: the panel is sent pages of what was built, and each finding leads to its text,
// selected in its file, or in a document of the record where the file is none an editor shows.
import assert from 'node:assert/strict';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import * as vscode from 'vscode';
import type { PreclinicalApi } from '../../src/extension';
import { FoundTexts } from '../../src/host/findings/open';
import { FindingsPanel } from '../../src/host/findings/panel';
import type { MixesApi } from '../../src/host/mixes/register';
import { TextViews } from '../../src/host/text/views';
import type { DroppedLine } from '../../src/protocol/mix-findings';
import type { FindingsPage, FindingsSnapshot, FindingsToHost, HostToFindings, PhiRow, SampleTexts } from '../../src/protocol/panels/findings';
import { sampleIn } from './sample-folder';
import { ScriptedPanel } from './scripted-panel';

const note = 'Patient: Jane Miller was seen on 03/04/2019.\r\nShe reported "chest pain" and was given aspirin.';
const mixText = `name: found
tokenizer: ../tokenizer
sequenceLength: 64
sources:
  notes: { path: found/notes.jsonl, domain: clinical, phiScreen: keep, minimumCharacters: 20 }
  packed: { path: found/packed.jsonl.gz, domain: general }
stages:
  - { name: one, tokens: 40, sources: { notes: { share: 0.5 }, packed: { share: 0.5 } } }
`;

describe('findings of a build in the editor', function () {
  this.timeout(240_000);
  let mixes: MixesApi;
  let uri: vscode.Uri;
  let views: TextViews;
  let panel: ScriptedPanel<FindingsToHost, HostToFindings>;
  let findings: FindingsPanel;
  const pageWhere = (list: FindingsPage['list']): Promise<FindingsPage> => panel.messageWhere((one): one is FindingsPage => one.type === 'page' && one.list === list);
  /** The selected text of the editor, once it is the one that is meant. */
  const selectionWhere = (name: RegExp): Promise<string> => new Promise((resolve) => {
    const look = (): void => {
      const editor = vscode.window.activeTextEditor;
      if (!editor || !name.test(editor.document.uri.path) || editor.selection.isEmpty) return;
      listener.dispose();
      resolve(editor.document.getText(editor.selection));
    };
    const listener = vscode.Disposable.from(vscode.window.onDidChangeTextEditorSelection(look), vscode.window.onDidChangeActiveTextEditor(look));
    look();
  });

  const tabWhere = (holds: (tab: vscode.Tab) => boolean): Promise<void> => new Promise((resolve) => {
    const look = (): void => {
      const tab = vscode.window.tabGroups.activeTabGroup.activeTab;
      if (!tab || !holds(tab)) return;
      listener.dispose();
      resolve();
    };
    const listener = vscode.window.tabGroups.onDidChangeTabs(look);
    look();
  });

  before(async () => {
    const extension = vscode.extensions.getExtension<PreclinicalApi>('preclinical.preclinical')!;
    ({ mixes } = extension.exports);
    uri = vscode.Uri.joinPath(await sampleIn(vscode.workspace.workspaceFolders![0]!.uri), 'mixes/found.mix.yaml');
    const records = [{ text: note }, { text: 'short' }, ...Array.from({ length: 12 }, (_, at) => ({ text: `The ward has bed number ${'abcdefghijkl'[at]!} for those who wait and rest.` }))];
    const packed = Array.from({ length: 12 }, (_, at) => ({ text: `A story of ${'abcdefghijkl'[at]!} that a child may read in bed, more than once.` }));
    const lines = (all: readonly object[]): string => all.map((one) => `${JSON.stringify(one)}\n`).join('');
    await vscode.workspace.fs.writeFile(vscode.Uri.joinPath(uri, '../found/notes.jsonl'), Buffer.from(lines(records)));
    await vscode.workspace.fs.writeFile(vscode.Uri.joinPath(uri, '../found/packed.jsonl.gz'), gzipSync(lines([...packed, packed[3]!])));
    await vscode.workspace.fs.writeFile(uri, Buffer.from(mixText));
    mixes.service.setVisible('test', true);
    const built = new Promise<void>((resolve) => {
      const listener = mixes.service.onDidChange(() => {
        if (mixes.service.model?.find(uri.fsPath)?.state !== 'built') return;
        listener.dispose();
        resolve();
      });
    });
    await mixes.service.refresh({ findFiles: true });
    assert.ok(await vscode.commands.executeCommand('preclinical.mix.build', uri, { ask: false }));
    await built;
    views = new TextViews();
    panel = new ScriptedPanel('found');
    findings = new FindingsPanel({ extensionUri: extension.extensionUri, mixes: mixes.service, texts: new FoundTexts({ extensionPath: extension.extensionPath }, views) }, panel.asWebviewPanel(), { file: uri.fsPath });
    panel.say({ type: 'ready' });
  });

  after(async () => {
    findings.dispose();
    views.dispose();
    mixes.service.setVisible('test', false);
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    await vscode.workspace.fs.delete(uri);
  });

  it('have a funnel from what was read to what is kept', async () => {
    const { build } = await panel.messageWhere((one): one is FindingsSnapshot => one.type === 'snapshot' && one.build !== undefined);
    assert.equal(build!.isCurrent, true);
    const notes = build!.funnel.find(({ name }) => name === 'notes')!;
    assert.equal(notes.steps[0]!.documentsIn, 14);
    assert.equal(notes.steps.at(-1)!.documentsOut, 13);
    assert.deepEqual(build!.phi?.notScreened, ['packed']);
  });

  it('list what was dropped and why, and open it where it stands', async () => {
    panel.say({ type: 'page', list: 'dropped', filter: {}, from: 0 });
    const { rows, total } = await pageWhere('dropped');
    assert.equal(total, 2);
    const [short, twice] = rows as readonly DroppedLine[];
    assert.deepEqual([short!.source, short!.reason, short!.place.line], ['notes', 'too-short', 2]);
    panel.say({ type: 'open', document: short! });
    assert.equal(await selectionWhere(/notes\.jsonl$/), '{"text":"short"}');
    assert.deepEqual([twice!.source, twice!.reason], ['packed', 'duplicate']);
    panel.say({ type: 'compare', left: twice!.keeper!, right: twice! });
    await tabWhere(({ input }) => input instanceof vscode.TabInputTextDiff);
  });

  it('lead from what the screen found to the very words', async () => {
    panel.say({ type: 'page', list: 'phi', filter: { source: 'notes' }, from: 0 });
    const { rows } = await pageWhere('phi');
    const document = rows[0] as PhiRow;
    for (const [name, words] of [['date', '03/04/2019'], ['name', 'Jane Miller']] as const) {
      panel.say({ type: 'open', document, stretch: document.findings.find((one) => one.class === name)! });
      assert.equal(await selectionWhere(/notes\.jsonl$/), words);
      await vscode.commands.executeCommand('workbench.action.closeActiveEditor');
    }
    const packed = { source: 'packed', document: 'x', position: 2, place: { file: 'found/packed.jsonl.gz', line: 2 } };
    panel.say({ type: 'open', document: packed, stretch: { start: 2, end: 7 } });
    assert.equal(await selectionWhere(/packed/), 'story');
    assert.equal(vscode.window.activeTextEditor!.document.uri.scheme, 'preclinical-view');
  });

  it('have samples of every step, with their texts', async () => {
    panel.say({ type: 'page', list: 'samples', filter: { source: 'notes', kind: 'filter' }, from: 0 });
    const { rows } = await pageWhere('samples');
    const [sample] = rows;
    assert.ok(sample && 'before' in sample);
    panel.say({ type: 'texts', sample });
    const { before } = await panel.messageWhere((one): one is SampleTexts => one.type === 'texts');
    assert.equal(before, 'short');
  });

  it('open from the command, for the build of a mix', async () => {
    await vscode.commands.executeCommand('preclinical.mix.openFindings', uri);
    const label = `Findings: ${path.basename(uri.fsPath, '.mix.yaml')}`;
    await tabWhere(({ input, label: shown }) => input instanceof vscode.TabInputWebview && input.viewType.endsWith('preclinical.findings') && shown === label);
  });
});
