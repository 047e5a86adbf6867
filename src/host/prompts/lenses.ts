// Lenses on prompt files and on the lines of their question sets. preclinical.codeLens.cot.enabled hides them all.
import path from 'node:path';
import * as vscode from 'vscode';
import { looksLikeQuestion } from '../../documents/cot/question-line';
import { withoutIcons } from '../runs/describe';
import { summaryOf } from './inline';
import type { Prompts } from './prompts';
import { isCovered, type LineRange, linesOf, linesWorthwhile } from './windows';

const section = 'preclinical.codeLens';
const setting = 'cot.enabled';
export const questionSets: vscode.DocumentSelector = { scheme: 'file', pattern: '**/*.jsonl' };
export const cotFiles: vscode.DocumentSelector = { scheme: 'file', language: 'preclinical-cot' };

export function registerLenses(prompts: Prompts): vscode.Disposable[] {
  const changed = new vscode.EventEmitter<void>();
  /** Of long question sets, by document. */
  const provided = new Map<string, readonly LineRange[]>();
  let last = '';
  return [
    vscode.Disposable.from(changed),
    vscode.workspace.onDidChangeConfiguration((event) => { if (event.affectsConfiguration(`${section}.${setting}`)) changed.fire(); }),
    prompts.onDidChange(() => {
      const now = stateOf(prompts);
      if (now === last) return;
      last = now;
      changed.fire();
    }),
    vscode.window.onDidChangeTextEditorVisibleRanges(({ textEditor: { document } }) => {
      const ranges = provided.get(document.uri.toString());
      if (ranges && !isCovered(visibleOf(document), ranges)) changed.fire();
    }),
    vscode.workspace.onDidCloseTextDocument(({ uri }) => { provided.delete(uri.toString()); }),
    vscode.languages.registerCodeLensProvider(cotFiles, {
      onDidChangeCodeLenses: changed.event,
      provideCodeLenses: (document) => (isOn(document) ? cotLenses(prompts, document) : []),
    }),
    vscode.languages.registerCodeLensProvider(questionSets, {
      onDidChangeCodeLenses: changed.event,
      provideCodeLenses: async (document) => {
        if (!isOn(document)) return [];
        await prompts.cots.ready();
        if (!prompts.isQuestionSet(document)) return [];
        const ranges = linesWorthwhile(document.lineCount, visibleOf(document));
        provided.set(document.uri.toString(), ranges);
        return linesOf(ranges).flatMap((line) => questionLenses(prompts, document, line));
      },
    }),
  ];
}

function isOn(document: vscode.TextDocument): boolean {
  return vscode.workspace.getConfiguration(section, document).get<boolean>(setting, true);
}

function visibleOf(document: vscode.TextDocument): LineRange[] {
  return vscode.window.visibleTextEditors.filter((editor) => editor.document === document)
    .flatMap(({ visibleRanges }) => visibleRanges.map(({ start, end }) => ({ start: start.line, end: end.line })));
}

/** What lenses show beside the text; streaming words are not among it. */
function stateOf({ book, models, cots }: Prompts): string {
  return JSON.stringify([book.underWay.map(({ id }) => id), book.keptRecords, book.ends, models.current.label, cots.files, cots.sets]);
}

function cotLenses(prompts: Prompts, { uri, lineCount }: vscode.TextDocument): vscode.CodeLens[] {
  if (lineCount === 0) return [];
  const { t } = vscode.l10n;
  const first = prompts.book.newestWith(prompts.storedPath(uri.fsPath));
  const asks = prompts.book.underWay.some(({ cot }) => cot === prompts.storedPath(uri.fsPath));
  return lensesOn(0, [
    [t('$(play) Run'), 'preclinical.prompts.run', [uri]],
    [t('$(run-all) Run n Times…'), 'preclinical.prompts.runTimes', [uri]],
    asks ? [t('$(debug-stop) Cancel'), 'preclinical.prompts.cancel', [uri]] : [t('$(comment-discussion) Ask First Question'), 'preclinical.prompts.askFirst', [uri]],
    ...(first ? [lens(`$(comment) ${summaryOf(first.answers, t)}`, 'preclinical.prompts.details', [first.place])] : []),
    modelLens(prompts),
    [t('$(list-unordered) Open Questions'), 'preclinical.prompts.openQuestions', [uri]],
  ]);
}

function questionLenses(prompts: Prompts, document: vscode.TextDocument, line: number): vscode.CodeLens[] {
  const { text } = document.lineAt(line);
  if (!looksLikeQuestion(text)) return [];
  const { t } = vscode.l10n;
  const { uri } = document;
  const answers = prompts.inlineOf(uri.fsPath, text);
  const asks = answers?.phase === 'asking' || answers?.phase === 'starting' || answers?.phase === 'downloading';
  const cot = prompts.cotFor(uri.fsPath);
  return lensesOn(line, [
    asks ? [t('$(debug-stop) Cancel'), 'preclinical.prompts.cancel', [uri, line]] : [t('$(comment-discussion) Ask'), 'preclinical.prompts.ask', [uri, line]],
    ...(asks ? [] : [lens(t('Ask n Times…'), 'preclinical.prompts.askTimes', [uri, line])]),
    ...(answers ? [lens(t('{0} · Answer Details', withoutIcons(summaryOf(answers, t))), 'preclinical.prompts.details', [uri, line])] : []),
    // What every Ask of this file goes by is said once, at its start.
    ...(line === 0 ? [
      lens(cot ? t('$(file) {0}', withoutIcons(path.basename(cot.file))) : t('$(file) Choose Prompt File…'), 'preclinical.prompts.chooseCot', [uri]),
      modelLens(prompts),
    ] : []),
  ]);
}

type Lens = readonly [title: string, command: string, args: readonly unknown[]];

function lens(title: string, command: string, args: readonly unknown[]): Lens {
  return [title, command, args];
}

function modelLens({ models: { current } }: Prompts): Lens {
  const { t } = vscode.l10n;
  const label = withoutIcons(current.label);
  return [current.cloud ? t('$(cloud) Model: {0}', label) : t('$(chip) Model: {0}', label), 'preclinical.models.choose', []];
}

function lensesOn(line: number, lenses: readonly Lens[]): vscode.CodeLens[] {
  const range = new vscode.Range(line, 0, line, 0);
  return lenses.map(([title, command, args]) => new vscode.CodeLens(range, { title: spaced(title), command, arguments: [...args] }));
}

/** A plain space beside an icon is swallowed. */
function spaced(title: string): string {
  return title.replace(/^(\$\([a-z-]+\)) /, '$1\u00a0');
}
