// The four kinds of file in a real VS Code: languages, problems that come and go, fixes, completion, hover, lenses.
import assert from 'node:assert/strict';
import path from 'node:path';
import * as vscode from 'vscode';
import { diagnosticsWhere } from './diagnostics';

const run = 'name: demo\nstage: pretrain\nbase: some/folder\ndata: demo.mix.yaml\nbatchSize: 4\noptimiser: { learningRate: 0.001 }\n';

function uriOf(name: string): vscode.Uri {
  return vscode.Uri.joinPath(vscode.workspace.workspaceFolders![0]!.uri, 'files-test', name);
}

async function open(name: string, text: string): Promise<vscode.TextDocument> {
  await vscode.workspace.fs.writeFile(uriOf(name), Buffer.from(text));
  const document = await vscode.workspace.openTextDocument(uriOf(name));
  await vscode.window.showTextDocument(document);
  return document;
}

async function replace(document: vscode.TextDocument, from: string, to: string): Promise<void> {
  const edit = new vscode.WorkspaceEdit();
  const start = document.getText().indexOf(from);
  edit.replace(document.uri, new vscode.Range(document.positionAt(start), document.positionAt(start + from.length)), to);
  assert.equal(await vscode.workspace.applyEdit(edit), true);
}

function placeAfter(document: vscode.TextDocument, text: string): vscode.Position {
  return document.positionAt(document.getText().indexOf(text) + text.length);
}

describe('files in the editor', () => {
  afterEach(async () => {
    await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  });

  after(() => vscode.workspace.fs.delete(uriOf(''), { recursive: true }));

  it('have languages of their own', async () => {
    for (const [name, language] of [['a.mix.yaml', 'preclinical-mix'], ['a.run.yaml', 'preclinical-run'], ['a.study.yaml', 'preclinical-study'], ['a.cot', 'preclinical-cot'], ['a.yaml', 'yaml']] as const) {
      assert.equal((await open(name, '')).languageId, language);
    }
  });

  it('show a problem at its place, with its next step and code, and lose it when it is mended', async () => {
    const document = await open('misspelt.run.yaml', `${run}sead: 7\n`);
    const [problem] = await diagnosticsWhere(document.uri, (all) => all.length === 1);
    assert.equal(document.getText(problem!.range), 'sead');
    assert.equal(problem!.code, 'unknown-key');
    assert.equal(problem!.source, 'preclinical');
    assert.match(problem!.message, /not known[\s\S]*Did you mean seed\?/);
    await replace(document, 'sead', 'seed');
    await diagnosticsWhere(document.uri, (all) => all.length === 0);
    await replace(document, 'pretrain', 'train');
    const [value] = await diagnosticsWhere(document.uri, (all) => all.length === 1);
    assert.equal(document.getText(value!.range), 'train');
  });

  it('are mended by the quick fix', async () => {
    const document = await open('fix.run.yaml', `${run}schedule: { warmup_fraction: 0.1 }\n`);
    const [problem] = await diagnosticsWhere(document.uri, (all) => all.length === 1);
    const actions = await vscode.commands.executeCommand<vscode.CodeAction[]>('vscode.executeCodeActionProvider', document.uri, problem!.range, vscode.CodeActionKind.QuickFix.value);
    const fix = actions.find((one) => one.title.includes('warmupFraction'));
    assert.ok(fix?.edit, 'there is a fix');
    await vscode.workspace.applyEdit(fix.edit);
    assert.match(document.getText(), /\{ warmupFraction: 0\.1 \}/);
    await diagnosticsWhere(document.uri, (all) => all.length === 0);
  });

  it('mark what a mix has wrong in its world, as it is typed and as files come, and mend it', async () => {
    for (const [name, text] of [['data/notes.jsonl', '{"text": "a", "ward": 1}\n'], ['tok/tokenizer.json', '{}']] as const) await vscode.workspace.fs.writeFile(uriOf(name), Buffer.from(text));
    const document = await open('world.mix.yaml', `name: world
tokenizer: tokk
sources:
  notes: { path: data/note.jsonl, format: jsonl, domain: clinical, phi: present }
stages:
  - { name: one, tokens: 100, sources: { notes: { share: 0.5 } } }
`);
    const codes = (all: readonly vscode.Diagnostic[]): string => all.map(({ code }) => code as string).sort().join(' ');
    const all = await diagnosticsWhere(document.uri, (found) => codes(found) === 'mix-phi-may-leave mix-shares-sum mix-source-not-found tokenizer-not-found');
    const marked = all.map((one) => document.getText(one.range)).sort();
    assert.deepEqual(marked, ['0.5', 'data/note.jsonl', 'present', 'tokk']);
    const left = all.map(({ code }) => code as string);
    for (const code of ['tokenizer-not-found', 'mix-source-not-found', 'mix-shares-sum', 'mix-phi-may-leave']) {
      const [problem] = (await diagnosticsWhere(document.uri, (found) => found.length === left.length)).filter((one) => one.code === code);
      const actions = await vscode.commands.executeCommand<vscode.CodeAction[]>('vscode.executeCodeActionProvider', document.uri, problem!.range, vscode.CodeActionKind.QuickFix.value);
      const fix = actions.find((one) => one.isPreferred === true);
      assert.ok(fix?.edit, code);
      await vscode.workspace.applyEdit(fix.edit);
      left.splice(left.indexOf(code), 1);
      await diagnosticsWhere(document.uri, (found) => codes(found) === [...left].sort().join(' '));
    }
    assert.match(document.getText(), /tokenizer: tok\n[\s\S]*path: data\/notes\.jsonl[\s\S]*phi: present, egress: never \}[\s\S]*share: 1 \}/);
  });

  it('lose their problems when they are closed', async () => {
    const uri = uriOf('closed.mix.yaml');
    await vscode.workspace.fs.writeFile(uri, Buffer.from('name: demo\n'));
    // As a click in the explorer does; openTextDocument would hold the document for minutes.
    await vscode.commands.executeCommand('vscode.open', uri);
    await diagnosticsWhere(uri, (all) => all.length > 0);
    await vscode.commands.executeCommand('workbench.action.closeActiveEditor');
    await diagnosticsWhere(uri, (all) => all.length === 0);
  });

  it('complete keys and values with documentation', async () => {
    const document = await open('complete.run.yaml', `${run}schedule:\n  kind: \n`);
    const at = async (position: vscode.Position): Promise<vscode.CompletionItem[]> =>
      (await vscode.commands.executeCommand<vscode.CompletionList>('vscode.executeCompletionItemProvider', document.uri, position)).items;
    const label = (item: vscode.CompletionItem): string => typeof item.label === 'string' ? item.label : item.label.label;
    const values = (await at(placeAfter(document, 'kind: '))).filter((item) => item.kind === vscode.CompletionItemKind.EnumMember);
    assert.deepEqual(values.map(label), ['constant', 'cosine', 'linear', 'warmup-stable-decay']);
    const keys = await at(new vscode.Position(document.lineCount - 1, 0));
    const neftune = keys.find((item) => label(item) === 'neftune');
    assert.match((neftune?.documentation as vscode.MarkdownString).value, /Noise on the embeddings/);
    assert.ok(!keys.some((item) => label(item) === 'batchSize'), 'a key that is there is not suggested');
  });

  it('complete variables and fields in the body of a prompt', async () => {
    const document = await open('complete.cot', '---\nname: a\nquestions: q.jsonl\nstrategies: [direct]\n---\nuser:\n{% for option in options %}{{ option. }}{% endfor %}{{ question }}\n');
    const { items } = await vscode.commands.executeCommand<vscode.CompletionList>('vscode.executeCompletionItemProvider', document.uri, placeAfter(document, '{{ option.'));
    assert.deepEqual(items.filter((item) => item.kind === vscode.CompletionItemKind.Field).map((item) => item.label), ['letter', 'text']);
  });

  it('complete the path of a file that fits, relative to the one that names it', async () => {
    await vscode.workspace.fs.writeFile(uriOf('mixes/notes.mix.yaml'), Buffer.from('name: notes\n'));
    const document = await open('runs/path.run.yaml', 'name: demo\ndata: ../m\n');
    const { items } = await vscode.commands.executeCommand<vscode.CompletionList>('vscode.executeCompletionItemProvider', document.uri, placeAfter(document, 'data: ../m'));
    assert.ok(items.some((item) => item.kind === vscode.CompletionItemKind.File && item.label === '../mixes/notes.mix.yaml'));
  });

  it('explain a key on hover: description, unit, default', async () => {
    const document = await open('hover.mix.yaml', 'name: demo\nsequenceLength: 64\n');
    const hovers = await vscode.commands.executeCommand<vscode.Hover[]>('vscode.executeHoverProvider', document.uri, new vscode.Position(1, 3));
    const text = hovers.flatMap((hover) => hover.contents).map((part) => (part as vscode.MarkdownString).value).join('\n');
    assert.match(text, /sequenceLength[\s\S]*integer[\s\S]*Tokens in one training sequence[\s\S]*Unit: tokens[\s\S]*Default: `1024`/);
  });

  it('offer to be started and built, unless the setting says no', async () => {
    const lenses = async (name: string, text: string): Promise<(vscode.Command | undefined)[]> => {
      const document = await open(name, text);
      return (await vscode.commands.executeCommand<vscode.CodeLens[]>('vscode.executeCodeLensProvider', document.uri, 10)).map((lens) => lens.command);
    };
    const [start] = await lenses('lens.run.yaml', run);
    assert.equal(start?.command, 'preclinical.run.start');
    assert.equal(path.basename((start.arguments?.[0] as vscode.Uri).fsPath), 'lens.run.yaml');
    assert.match(start.title, /Start/);
    assert.match((await lenses('lens.study.yaml', ''))[0]!.title, /Start/);
    assert.match((await lenses('lens.mix.yaml', ''))[0]!.title, /Build/);
    const settings = vscode.workspace.getConfiguration('preclinical');
    await settings.update('codeLens.enabled', false, vscode.ConfigurationTarget.Workspace);
    try {
      assert.deepEqual(await lenses('lens.run.yaml', run), []);
    } finally {
      await settings.update('codeLens.enabled', undefined, vscode.ConfigurationTarget.Workspace);
    }
  });
});
