// The problems that stand in open files, as they were marked: VS Code hands back copies of diagnostics, so what is known beside
// them is kept here.
import * as vscode from 'vscode';
import type { Problem } from '../../base/errors/problem';
import type { FileKind } from '../../documents/language/kinds';
import { problemSpans } from '../../documents/language/problem-span';
import type { MixFacts } from '../../documents/mix/world/facts';

export const diagnosticSource = 'preclinical';

/** Of one file: its problems by their diagnostics' keys, and what they were found from. */
interface Marked { readonly problems: ReadonlyMap<string, Problem>; readonly facts?: MixFacts }

const marked = new Map<string, Marked>();

/** The problem a diagnostic stands for, with what was known of the world when it was found. */
export function problemOf(uri: vscode.Uri, diagnostic: vscode.Diagnostic): { readonly problem: Problem; readonly facts?: MixFacts } | undefined {
  const known = marked.get(uri.toString());
  const problem = known?.problems.get(keyOf(diagnostic));
  return problem && { problem, ...(known?.facts ? { facts: known.facts } : {}) };
}

export function forget(uri: vscode.Uri): void {
  marked.delete(uri.toString());
}

/** Problems as diagnostics of the document. */
export function mark(document: vscode.TextDocument, kind: FileKind, problems: readonly Problem[], facts?: MixFacts): vscode.Diagnostic[] {
  const text = document.getText();
  const spans = problemSpans(kind, text, problems);
  const diagnostics = problems.map((problem, index) => {
    const { start, end } = spans[index]!;
    const made = new vscode.Diagnostic(
      new vscode.Range(document.positionAt(start), document.positionAt(end)), messageOf(problem),
      problem.severity === 'error' ? vscode.DiagnosticSeverity.Error : vscode.DiagnosticSeverity.Warning,
    );
    made.source = diagnosticSource;
    made.code = problem.code;
    return made;
  });
  marked.set(document.uri.toString(), { problems: new Map(diagnostics.map((one, index) => [keyOf(one), problems[index]!])), ...(facts ? { facts } : {}) });
  return diagnostics;
}

/** The message as the terminal says it, without the place, and the next step on a line of its own. */
function messageOf(problem: Problem): string {
  const message = `${problem.key === undefined ? '' : `${problem.key}: `}${problem.message}${problem.value === undefined ? '' : ` (found ${problem.value})`}`;
  return problem.next === undefined ? message : `${message}\n${problem.next}`;
}

function keyOf({ code, range }: vscode.Diagnostic): string {
  return JSON.stringify([code, range.start.line, range.start.character]);
}
