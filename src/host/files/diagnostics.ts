// Problems of open files as diagnostics: at once on opening, a moment after the last keystroke, none after closing.
import * as vscode from 'vscode';
import type { Problem } from '../../base/errors/problem';
import { kindOfLanguage } from '../../documents/language/kinds';
import { problemSpans } from '../../documents/language/problem-span';

const typingPauseMs = 250;
export const diagnosticSource = 'preclinical';

/** Suggestions of the diagnostics that stand, for the quick fix; VS Code hands back copies, so they are kept here. */
const suggestions = new Map<string, Map<string, string>>();

export function suggestionFor(uri: vscode.Uri, diagnostic: vscode.Diagnostic): string | undefined {
  return suggestions.get(uri.toString())?.get(keyOf(diagnostic));
}

export function registerDiagnostics(selector: vscode.DocumentSelector): vscode.Disposable[] {
  const collection = vscode.languages.createDiagnosticCollection(diagnosticSource);
  const timers = new Map<string, NodeJS.Timeout>();
  const isOurs = (document: vscode.TextDocument): boolean => vscode.languages.match(selector, document) > 0;
  const cancel = (document: vscode.TextDocument): void => {
    clearTimeout(timers.get(document.uri.toString()));
    timers.delete(document.uri.toString());
  };
  const check = (document: vscode.TextDocument): void => {
    cancel(document);
    if (document.isClosed || !isOurs(document)) return;
    collection.set(document.uri, diagnosticsOf(document));
  };
  const forget = (document: vscode.TextDocument): void => {
    cancel(document);
    collection.delete(document.uri);
    suggestions.delete(document.uri.toString());
  };
  for (const document of vscode.workspace.textDocuments) check(document);
  return [
    vscode.Disposable.from(collection),
    vscode.workspace.onDidOpenTextDocument(check),
    vscode.workspace.onDidCloseTextDocument(forget),
    vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
      if (contentChanges.length === 0 || !isOurs(document)) return;
      cancel(document);
      timers.set(document.uri.toString(), setTimeout(() => { check(document); }, typingPauseMs));
    }),
    new vscode.Disposable(() => { for (const timer of timers.values()) clearTimeout(timer); }),
  ];
}

function diagnosticsOf(document: vscode.TextDocument): vscode.Diagnostic[] {
  const kind = kindOfLanguage(document.languageId);
  if (!kind) return [];
  const text = document.getText();
  const known = new Map<string, string>();
  suggestions.set(document.uri.toString(), known);
  const { problems } = kind.parse(text, document.fileName);
  const spans = problemSpans(kind, text, problems);
  return problems.map((problem, index) => {
    const span = spans[index]!;
    const range = new vscode.Range(document.positionAt(span.start), document.positionAt(span.end));
    const diagnostic = new vscode.Diagnostic(range, messageOf(problem), problem.severity === 'error' ? vscode.DiagnosticSeverity.Error : vscode.DiagnosticSeverity.Warning);
    diagnostic.source = diagnosticSource;
    diagnostic.code = problem.code;
    if (problem.suggestion !== undefined) known.set(keyOf(diagnostic), problem.suggestion);
    return diagnostic;
  });
}

/** The message as the terminal says it, without the place, and the next step on a line of its own. */
function messageOf(problem: Problem): string {
  const message = `${problem.key === undefined ? '' : `${problem.key}: `}${problem.message}${problem.value === undefined ? '' : ` (found ${problem.value})`}`;
  return problem.next === undefined ? message : `${message}\n${problem.next}`;
}

function keyOf({ code, range }: vscode.Diagnostic): string {
  return JSON.stringify([code, range.start.line, range.start.character]);
}
