// Prompt experiments in a real VS Code, with the real engine and the shipped model: a question is asked, its answer is
// seen at the line, on hover and as a document, is kept, follows its line, and is cleared.
import assert from 'node:assert/strict';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import * as vscode from 'vscode';
import { newCotText } from '../../src/documents/cot/template';
import type { PreclinicalApi } from '../../src/extension';
import type { Inline } from '../../src/host/prompts/inline';
import type { PromptsApi } from '../../src/host/prompts/register';
import { asksFile } from '../../src/runs/asks';
import type { AskRecord } from '../../src/protocol/asks';

const folder = vscode.Uri.joinPath(vscode.workspace.workspaceFolders![0]!.uri, 'prompts-test');
const uriOf = (name: string): vscode.Uri => vscode.Uri.joinPath(folder, name);
const cot = uriOf('ask.cot');
const set = uriOf('questions.jsonl');

const hostile = '[click](command:workbench.action.quit) <img src=x onerror=alert(1)> $(flame) ```\n# loud';
const questions = [
  { id: 'q1', question: 'Which adverse effect is typical of apixaban?', options: { A: 'liver necrosis', B: 'bleeding' }, answer: 'bleeding', answer_idx: 'B' },
  { id: 'q2', question: `Which drug group includes heparin? ${hostile}`, options: { A: 'antithrombin activator', B: 'fluoroquinolone' }, answer: 'antithrombin activator', answer_idx: 'A' },
];
const setText = (list: readonly unknown[]): string => list.map((one) => `${JSON.stringify(one)}\n`).join('');
const cotText = newCotText('ask', 'questions.jsonl').replace(/^repeats: 5.*$/m, 'repeats: 3').replace(/^maxTokens: .*$/m, 'maxTokens: 12');

describe('prompt experiments in the editor', function () {
  this.timeout(180_000);
  let api: PromptsApi;
  let root: string;

  before(async () => {
    api = vscode.extensions.getExtension<PreclinicalApi>('preclinical.preclinical')!.exports.prompts!;
    root = vscode.workspace.workspaceFolders![0]!.uri.fsPath;
    await vscode.workspace.fs.writeFile(set, Buffer.from(setText(questions)));
    await vscode.workspace.fs.writeFile(cot, Buffer.from(cotText));
    await cotsWhere(() => api.prompts.cots.of(set.fsPath).length === 1);
  });

  afterEach(async () => {
    await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  });

  after(() => { rmSync(folder.fsPath, { recursive: true, force: true }); });

  /** Resolve when it holds; the suite's time limit is the only one. */
  const where = (event: vscode.Event<unknown>, holds: () => boolean): Promise<void> => new Promise((resolve) => {
    const look = (): void => {
      if (!holds()) return;
      listener.dispose();
      resolve();
    };
    const listener = event(look);
    look();
  });
  const cotsWhere = (holds: () => boolean): Promise<void> => where(api.prompts.cots.onDidChange, holds);
  const shown = (line: number): Inline | undefined => api.inline.shownAt(set).get(line);
  const shownWhere = (line: number, holds: (inline: Inline | undefined) => boolean): Promise<void> => where(api.inline.onDidDraw, () => holds(shown(line)));
  const isOver = (inline: Inline | undefined): boolean => inline !== undefined && inline.kind !== 'asking';
  const kept = (): AskRecord[] => readFileSync(asksFile(root), 'utf8').trim().split('\n').map((line) => JSON.parse(line) as AskRecord);
  const lensesOf = async (uri: vscode.Uri): Promise<vscode.CodeLens[]> => vscode.commands.executeCommand<vscode.CodeLens[]>('vscode.executeCodeLensProvider', uri, 200);
  const commandsAt = async (uri: vscode.Uri, line: number): Promise<(string | undefined)[]> =>
    (await lensesOf(uri)).filter(({ range }) => range.start.line === line).map(({ command }) => command?.command);
  const replaceLine = async (document: vscode.TextDocument, line: number, text: string): Promise<void> => {
    const edit = new vscode.WorkspaceEdit();
    edit.replace(document.uri, document.lineAt(line).range, text);
    await vscode.workspace.applyEdit(edit);
  };

  /** The set as it was; the editor may have saved what a test wrote. */
  const restore = async (document: vscode.TextDocument): Promise<void> => {
    const edit = new vscode.WorkspaceEdit();
    edit.replace(document.uri, new vscode.Range(0, 0, document.lineCount, 0), setText(questions));
    await vscode.workspace.applyEdit(edit);
    await document.save();
  };

  it('puts lenses on a prompt file and on each question of the set it names, unless the setting says no', async () => {
    await vscode.window.showTextDocument(cot);
    assert.deepEqual(await commandsAt(cot, 0), [
      'preclinical.prompts.run', 'preclinical.prompts.runTimes', 'preclinical.prompts.askFirst', 'preclinical.models.choose', 'preclinical.prompts.openQuestions']);
    assert.ok((await lensesOf(cot)).some(({ command }) => command?.title.includes('Model: Sample model')));
    await vscode.window.showTextDocument(set);
    assert.deepEqual(await commandsAt(set, 1), ['preclinical.prompts.ask', 'preclinical.prompts.askTimes']);
    assert.deepEqual((await commandsAt(set, 0)).slice(2), ['preclinical.prompts.chooseCot', 'preclinical.models.choose']);
    const settings = vscode.workspace.getConfiguration('preclinical');
    await settings.update('codeLens.cot.enabled', false, vscode.ConfigurationTarget.Workspace);
    try {
      assert.deepEqual([...await lensesOf(set), ...await lensesOf(cot)], []);
    } finally {
      await settings.update('codeLens.cot.enabled', undefined, vscode.ConfigurationTarget.Workspace);
    }
  });

  it('leaves other JSON lines alone, and stays quick on a long set', async () => {
    const other = uriOf('other.jsonl');
    await vscode.workspace.fs.writeFile(other, Buffer.from(setText(questions)));
    await vscode.window.showTextDocument(other);
    assert.deepEqual(await lensesOf(other), []);
    const long = uriOf('long.jsonl');
    await vscode.workspace.fs.writeFile(long, Buffer.from(setText(Array.from({ length: 50_000 }, (_, index) => ({ ...questions[0], id: `q${index}` })))));
    await vscode.workspace.fs.writeFile(uriOf('long.cot'), Buffer.from(newCotText('long', 'long.jsonl')));
    await cotsWhere(() => api.prompts.cots.of(long.fsPath).length === 1);
    const editor = await vscode.window.showTextDocument(long);
    editor.revealRange(new vscode.Range(30_000, 0, 30_000, 0));
    await where(vscode.window.onDidChangeTextEditorVisibleRanges, () => editor.visibleRanges.some(({ start }) => start.line > 29_000));
    const lines = new Set((await lensesOf(long)).map(({ range }) => range.start.line));
    assert.ok(lines.has(30_000) && lines.size < 400, `${lines.size} lines`);
  });

  it('asks a question: words as they come, then the answer of each strategy at its line, kept in the workspace', async () => {
    await vscode.window.showTextDocument(set);
    const seen: string[] = [];
    const drawn = api.inline.onDidDraw(() => { seen.push(shown(0)?.kind ?? ''); });
    const id = await vscode.commands.executeCommand<string>('preclinical.prompts.ask', set, 0);
    await shownWhere(0, isOver);
    drawn.dispose();
    assert.ok(seen.includes('asking'), 'it is seen that it is asked');
    assert.match(shown(0)!.text, /^[✓✗○] direct (?:[AB] (?:right|wrong)|no answer) · [✓✗○] CoT .+ · [✓✗○] CoT-SC (?:[AB] (?:right|wrong) \d\/3|no answer)$/);
    // Kept as they came, and several are under way at once.
    assert.deepEqual(kept().map(({ ask, strategy, line }) => [ask, line, strategy]).sort(), [
      [id, 1, 'chain-of-thought'], [id, 1, 'direct'], ...[0, 1, 2].map(() => [id, 1, 'self-consistency']),
    ]);
    assert.equal(shown(1), undefined);
    assert.deepEqual((await commandsAt(set, 0)).slice(0, 3), ['preclinical.prompts.ask', 'preclinical.prompts.askTimes', 'preclinical.prompts.details']);
  });

  it('asks with the prompt as it stands in the editor, several times', async () => {
    const document = await vscode.workspace.openTextDocument(cot);
    await vscode.window.showTextDocument(document);
    const line = document.getText().split('\n').findIndex((text) => text.startsWith('strategies:'));
    await replaceLine(document, line, 'strategies: [direct]');
    await vscode.window.showTextDocument(set);
    const id = await vscode.commands.executeCommand<string>('preclinical.prompts.askTimes', set, 0, 4);
    await shownWhere(0, (inline) => isOver(inline) && !inline!.text.includes('CoT'));
    const records = kept().filter(({ ask }) => ask === id);
    assert.deepEqual(records.map(({ strategy, repeats }) => [strategy, repeats]), Array.from({ length: 4 }, () => ['direct', 4]));
    assert.equal(new Set(records.map(({ seed }) => seed)).size, 4);
    await replaceLine(document, line, 'strategies: [direct, chain-of-thought, self-consistency]');
    await document.save();
    await cotsWhere(() => api.prompts.cots.find(cot.fsPath)?.settings.strategies.length === 3);
  });

  it('shows text of questions and models as text only: on hover and as a document', async () => {
    await vscode.window.showTextDocument(set);
    await vscode.commands.executeCommand('preclinical.prompts.ask', set, 1);
    await shownWhere(1, isOver);
    const hovers = await vscode.commands.executeCommand<vscode.Hover[]>('vscode.executeHoverProvider', set, new vscode.Position(1, 4));
    const parts = hovers.flatMap(({ contents }) => contents) as vscode.MarkdownString[];
    assert.match(parts.map(({ value }) => value).join('\n'), /direct/);
    for (const { isTrusted, supportHtml, supportThemeIcons } of parts) assert.deepEqual([isTrusted ?? false, supportHtml ?? false, supportThemeIcons ?? false], [false, false, false]);
    await vscode.commands.executeCommand('preclinical.prompts.details', set, 1);
    const document = vscode.window.activeTextEditor!.document;
    assert.deepEqual([document.uri.scheme, document.languageId], ['preclinical-answer', 'preclinical-answer']);
    const text = document.getText();
    assert.ok(text.includes(hostile.split('\n')[0]!), 'the question stands there as it is');
    assert.match(text, /\[user\]\nWhich drug group/);
    assert.match(text, /━━ self-consistency: [\s\S]*sample 3 of 3/);
    assert.match(text, /A\. antithrombin activator {3}← right/);
    assert.match(text, /seed \d+ · first text after/);
    assert.notEqual(vscode.workspace.fs.isWritableFileSystem(document.uri.scheme), true, 'it cannot be edited');
  });

  it('lets an answer follow its line, and lose it when the question changes', async () => {
    const document = await vscode.workspace.openTextDocument(set);
    await vscode.window.showTextDocument(document);
    await shownWhere(1, isOver);
    const answer = shown(1)!.text;
    const edit = new vscode.WorkspaceEdit();
    edit.insert(set, new vscode.Position(0, 0), '\n\n');
    await vscode.workspace.applyEdit(edit);
    await shownWhere(3, (inline) => inline?.text === answer);
    assert.equal(shown(1), undefined);
    await replaceLine(document, 3, document.lineAt(3).text.replace('heparin', 'warfarin'));
    await shownWhere(3, (inline) => inline === undefined);
    await restore(document);
    await shownWhere(1, (inline) => inline?.text === answer);
  });

  it('says at the line what is wrong when it cannot be asked', async () => {
    const document = await vscode.workspace.openTextDocument(set);
    await vscode.window.showTextDocument(document);
    await replaceLine(document, 0, '{"question": "without options"}');
    await vscode.commands.executeCommand('preclinical.prompts.ask', set, 0);
    await shownWhere(0, (inline) => inline?.kind === 'failed');
    assert.match(shown(0)!.text, /⚠ .*options/);
    await restore(document);
  });

  it('cancels, keeping what was answered', async () => {
    await vscode.window.showTextDocument(set);
    const id = await vscode.commands.executeCommand<string>('preclinical.prompts.askTimes', set, 0, 200);
    await where(api.prompts.asking.onDidChange, () => api.prompts.book.underWay.some((ask) => ask.id === id && ask.answered > 0));
    await vscode.commands.executeCommand('preclinical.prompts.cancel', set, 0);
    await shownWhere(0, (inline) => inline?.text.endsWith('cancelled') === true);
    const answered = kept().filter(({ ask }) => ask === id).length;
    assert.ok(answered > 0 && answered < 600, `${answered} of 600`);
    assert.equal(api.prompts.book.underWay.length, 0);
  });

  it('starts the engine again after it was killed, which is said at the line', async () => {
    await vscode.window.showTextDocument(set);
    await vscode.commands.executeCommand('preclinical.prompts.askTimes', set, 0, 200);
    const { pid } = api.prompts.asking;
    process.kill(pid!, 'SIGKILL');
    await shownWhere(0, (inline) => inline?.kind === 'failed');
    assert.match(shown(0)!.text, /The engine ended/);
    await vscode.commands.executeCommand('preclinical.prompts.ask', set, 0);
    await shownWhere(0, (inline) => isOver(inline) && inline!.kind !== 'failed');
    assert.notEqual(api.prompts.asking.pid, pid);
  });

  it('lists prompt files with what was asked and their jobs', async () => {
    const node = (await api.tree.getChildren()).find((one) => one.file === cot.fsPath)!;
    const item = await api.tree.getTreeItem(node);
    assert.deepEqual([item.label, item.description, item.contextValue], ['ask.cot', 'questions.jsonl', 'cot']);
    const [asks] = await api.tree.getChildren(node);
    assert.match(String((await api.tree.getTreeItem(asks!)).description), /^2 questions · direct \d\/2 right · chain-of-thought \d\/2 right/);
    const { runs } = vscode.extensions.getExtension<PreclinicalApi>('preclinical.preclinical')!.exports;
    const id = await vscode.commands.executeCommand<string>('preclinical.prompts.runTimes', cot, 2, false);
    await where(runs.service.onDidChange, () => runs.service.model?.find(id)?.reading.state === 'done');
    const job = (await api.tree.getChildren(node)).find((one) => one.type === 'job' && one.id === id);
    assert.match(String((await api.tree.getTreeItem(job!)).description), /^direct \d+\.\d % · chain-of-thought \d+\.\d % · self-consistency \d+\.\d %$/);
    const summary = JSON.parse(readFileSync(path.join(runs.service.model!.find(id)!.folder, 'results', 'summary.json'), 'utf8')) as { strategies: Record<string, { samplesPerQuestion: number }> };
    assert.deepEqual(Object.values(summary.strategies).map(({ samplesPerQuestion }) => samplesPerQuestion), [1, 1, 2]);
  });

  it('makes a new prompt file for a question set', async () => {
    const file = uriOf('made/Mine Now.cot');
    const made = await vscode.commands.executeCommand<vscode.Uri>('preclinical.prompts.new', set.fsPath, file.fsPath);
    assert.equal(vscode.window.activeTextEditor?.document.uri.fsPath, made.fsPath);
    await cotsWhere(() => api.prompts.cots.find(made.fsPath)?.questions === set.fsPath);
    assert.equal(api.prompts.cots.find(made.fsPath)!.settings.name, 'mine-now');
    // The set was asked with the other file before, which stays the one that is used.
    assert.equal(api.prompts.cotFor(set.fsPath)?.file, cot.fsPath);
  });

  it('clears answers from sight, and from the disk', async () => {
    await vscode.window.showTextDocument(set);
    await shownWhere(0, isOver);
    await vscode.commands.executeCommand('preclinical.prompts.clearInline');
    await shownWhere(0, (inline) => inline === undefined);
    assert.ok(kept().length > 0);
    await vscode.commands.executeCommand('preclinical.prompts.ask', set, 0);
    await shownWhere(0, isOver);
    assert.equal(await vscode.commands.executeCommand('preclinical.prompts.clearKept', true), true);
    await shownWhere(0, (inline) => inline === undefined);
    assert.equal(existsSync(asksFile(root)), false);
  });
});
