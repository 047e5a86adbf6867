// Problems of open files as diagnostics: at once on opening, a moment after the last keystroke, none after closing. Of a mix
// file also what is wrong in the world it points into, looked at again while it is shown.
import * as vscode from 'vscode';
import { kindOfLanguage } from '../../documents/language/kinds';
import { readMix } from '../../documents/mix/parse';
import { checkWorld } from '../../documents/mix/world/check';
import type { MixSizes } from '../mixes/sizes';
import { forget, mark } from './marked';
import { mixFacts } from './mix-facts';

const typingPauseMs = 250;
/** Paths appear and go without a word of it. */
const worldPollMs = 2_000;

export function registerDiagnostics(selector: vscode.DocumentSelector, sizes: MixSizes): vscode.Disposable[] {
  const collection = vscode.languages.createDiagnosticCollection('preclinical');
  const timers = new Map<string, NodeJS.Timeout>();
  const isOurs = (document: vscode.TextDocument): boolean => vscode.languages.match(selector, document) > 0;
  const cancel = (document: vscode.TextDocument): void => {
    clearTimeout(timers.get(document.uri.toString()));
    timers.delete(document.uri.toString());
  };
  const checkAgain = async (document: vscode.TextDocument): Promise<void> => {
    const { version } = document;
    const known = await worldOf(document, sizes);
    if (!known || document.isClosed || document.version !== version) return;
    const { kind, problems, facts } = known;
    setIfNew(collection, document.uri, mark(document, kind, problems, facts));
  };
  const check = (document: vscode.TextDocument): void => {
    cancel(document);
    const kind = kindOfLanguage(document.languageId);
    if (document.isClosed || !kind || !isOurs(document)) return;
    // What the world has wrong stays marked until it has been looked at again: a squiggle that blinks helps nobody.
    if (kind.name !== 'mix' || readMix(document.getText(), '').document === undefined) collection.set(document.uri, mark(document, kind, kind.parse(document.getText(), document.fileName).problems));
    else {
      sizes.want(document.uri);
      void checkAgain(document);
    }
  };
  const leave = (document: vscode.TextDocument): void => {
    cancel(document);
    collection.delete(document.uri);
    forget(document.uri);
  };
  const shown = (): vscode.TextDocument[] => vscode.workspace.textDocuments.filter((document) => kindOfLanguage(document.languageId)?.name === 'mix' && isOurs(document) && isShown(document.uri));
  const poll = setInterval(() => { if (vscode.window.state.focused) for (const document of shown()) void checkAgain(document); }, worldPollMs);
  for (const document of vscode.workspace.textDocuments) check(document);
  return [
    vscode.Disposable.from(collection),
    vscode.workspace.onDidOpenTextDocument(check),
    vscode.workspace.onDidCloseTextDocument(leave),
    vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
      if (contentChanges.length === 0 || !isOurs(document)) return;
      cancel(document);
      timers.set(document.uri.toString(), setTimeout(() => { check(document); }, typingPauseMs));
    }),
    vscode.workspace.onDidSaveTextDocument((document) => { if (isOurs(document)) check(document); }),
    sizes.onDidChange((uri) => { for (const document of vscode.workspace.textDocuments) if (document.uri.toString() === uri.toString()) void checkAgain(document); }),
    new vscode.Disposable(() => {
      clearInterval(poll);
      for (const timer of timers.values()) clearTimeout(timer);
    }),
  ];
}

/** Problems of form and of the world; undefined while the text is no mix. */
async function worldOf(document: vscode.TextDocument, sizes: MixSizes) {
  const kind = kindOfLanguage(document.languageId);
  const text = document.getText();
  const { document: mix, problems } = readMix(text, document.fileName);
  if (!mix || !kind) return undefined;
  // A file that was never saved has no folder that its paths could be relative to.
  if (document.uri.scheme !== 'file') return { kind, problems, facts: undefined };
  const facts = await mixFacts(mix, document.uri.fsPath, sizes.of(document.uri).bySource);
  return { kind, facts, problems: [...problems, ...checkWorld(mix, facts, text, document.fileName)] };
}

function isShown(uri: vscode.Uri): boolean {
  return vscode.window.tabGroups.all.some(({ activeTab }) => {
    const input = activeTab?.input;
    return (input instanceof vscode.TabInputText || input instanceof vscode.TabInputCustom) && input.uri.toString() === uri.toString();
  });
}

function setIfNew(collection: vscode.DiagnosticCollection, uri: vscode.Uri, diagnostics: readonly vscode.Diagnostic[]): void {
  const told = (all: readonly vscode.Diagnostic[]): string => JSON.stringify(all.map(({ code, message, range }) => [code, message, range]));
  if (told(collection.get(uri) ?? []) !== told(diagnostics)) collection.set(uri, diagnostics);
}
