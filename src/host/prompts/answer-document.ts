// Answers as read-only documents of the scheme `preclinical-answer`, current while they are open.
import path from 'node:path';
import * as vscode from 'vscode';
import { readQuestionLine } from '../../documents/cot/question-line';
import { questionHash } from '../../runs/asks';
import { answerText } from './answer-text';
import type { Prompts } from './prompts';

export const answerScheme = 'preclinical-answer';

/** Which question; `line`, from 1, is where it stood. */
export interface AnsweredPlace { readonly questions: string; readonly hash: string; readonly line: number }

/** The path gives the document its title and, by its first folder, its language. */
export function answerUri(place: AnsweredPlace): vscode.Uri {
  const title = vscode.l10n.t('{0} line {1}', path.basename(place.questions), place.line);
  return vscode.Uri.from({ scheme: answerScheme, path: `/${answerScheme}/${place.hash.slice(0, 12)}/${title}`, query: JSON.stringify(place) });
}

export function registerAnswerDocuments(prompts: Prompts): vscode.Disposable[] {
  const changed = new vscode.EventEmitter<vscode.Uri>();
  return [
    vscode.Disposable.from(changed),
    prompts.onDidChange(() => {
      for (const { uri } of vscode.workspace.textDocuments) if (uri.scheme === answerScheme) changed.fire(uri);
    }),
    vscode.workspace.registerTextDocumentContentProvider(answerScheme, {
      onDidChange: changed.event,
      provideTextDocumentContent: async (uri) => {
        const place = placeOf(uri);
        if (!place) return vscode.l10n.t('There is no such answer.');
        await prompts.kept.refresh();
        const text = await questionText(place);
        const stored = prompts.storedPath(place.questions);
        return answerText({
          place: vscode.l10n.t('{0} line {1}', stored, place.line),
          question: text === undefined ? undefined : readQuestionLine(text),
          asks: prompts.book.answersOf(stored, place.hash),
        }, vscode.l10n.t);
      },
    }),
  ];
}

function placeOf({ query }: vscode.Uri): AnsweredPlace | undefined {
  try {
    const { questions, hash, line } = JSON.parse(query) as Partial<AnsweredPlace>;
    return typeof questions === 'string' && typeof hash === 'string' && typeof line === 'number' ? { questions, hash, line } : undefined;
  } catch {
    return undefined;
  }
}

/** The question's line, where it was or wherever it has moved; undefined when it changed or the file is gone. */
async function questionText({ questions, hash, line }: AnsweredPlace): Promise<string | undefined> {
  let document: vscode.TextDocument;
  try {
    document = await vscode.workspace.openTextDocument(questions);
  } catch {
    return undefined;
  }
  const there = line <= document.lineCount ? document.lineAt(line - 1).text : '';
  if (questionHash(there) === hash) return there;
  return document.getText().split(/\r?\n/).find((text) => questionHash(text) === hash);
}
