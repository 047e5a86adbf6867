// Ask: one question, as it stands in the editor, to the current model with the prompt as it stands in the editor.
import * as vscode from 'vscode';
import { questionHash } from '../../runs/asks';
import { workspaceRoot } from '../root';
import { answerUri } from './answer-document';
import type { PromptEstimate } from '../../protocol/prompt-estimate';
import type { AnsweredQuestion } from './book';
import { egressOfCot } from './egress';
import { embeddingServer } from './embeddings';
import type { CotFile } from './matching';
import { estimate } from './preview';
import type { Prompts } from './prompts';
import { askTimes, cotFile, cotForSet, firstQuestion, questionPlace } from './where';

/** Default samples when a person asks for several. */
const severalTimes = 5;

/** Id of the Ask; undefined when nothing was asked. */
export async function askQuestion(prompts: Prompts, target: unknown, line: unknown, times?: number): Promise<string | undefined> {
  const place = await questionPlace(target, line);
  const cot = place && await cotForSet(prompts, place.document.uri.fsPath);
  return cot && ask(prompts, cot, place.document, place.line, times);
}

export async function askQuestionTimes(prompts: Prompts, target: unknown, line: unknown, times: unknown): Promise<string | undefined> {
  const count = await askTimes(times, vscode.l10n.t('Ask n Times'), severalTimes);
  return count === undefined ? undefined : askQuestion(prompts, target, line, count);
}

/** Opens the set beside the prompt, so that the answer can be seen, and asks its first question. */
export async function askFirst(prompts: Prompts, target: unknown): Promise<string | undefined> {
  const cot = await cotFile(prompts, target);
  if (!cot) return undefined;
  const document = await showQuestions(cot, true);
  const line = firstQuestion(document);
  if (line === undefined) throw new Error(vscode.l10n.t('{0} holds no question on a line of its own.', document.fileName));
  return ask(prompts, cot, document, line);
}

export async function openQuestions(prompts: Prompts, target: unknown): Promise<void> {
  const cot = await cotFile(prompts, target);
  if (cot) await showQuestions(cot, false);
}

async function showQuestions(cot: CotFile, beside: boolean): Promise<vscode.TextDocument> {
  let document: vscode.TextDocument;
  try {
    document = await vscode.workspace.openTextDocument(cot.questions);
  } catch {
    throw new Error(vscode.l10n.t('The question set {0} cannot be opened. Check `questions` in the prompt file.', cot.questions));
  }
  const isVisible = vscode.window.visibleTextEditors.some((editor) => editor.document === document);
  if (!beside || !isVisible) await vscode.window.showTextDocument(document, beside ? { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true, preview: true } : {});
  return document;
}

async function ask(prompts: Prompts, cot: CotFile, questions: vscode.TextDocument, line: number, times?: number): Promise<string | undefined> {
  const root = workspaceRoot();
  if (root === undefined) throw new Error(vscode.l10n.t('Open a folder first: answers are kept in it.'));
  if (!vscode.workspace.isTrusted) throw new Error(vscode.l10n.t('Preclinical starts no process in a workspace that is not trusted.'));
  const { models } = prompts;
  const { current } = models;
  const screen = async (): Promise<PromptEstimate['phi']> => (await estimate(prompts.extension, root, cot.file, current.ask, {}, undefined)).phi;
  const egress = await egressOfCot(cot, questions.uri.fsPath);
  const model = await models.prepare(current, egress, screen);
  const vectors = embeddingServer(cot.settings);
  const agreed = model && vectors ? await models.agreeToEmbeddings(vectors.address, egress, screen) : undefined;
  if (!model || agreed === false) return undefined;
  await prompts.useCot(questions.uri.fsPath, cot.file);
  const cotDocument = vscode.workspace.textDocuments.find(({ uri, isDirty }) => isDirty && uri.fsPath === cot.file);
  return prompts.asking.ask(root, {
    cot: cot.file, questions: questions.uri.fsPath, lines: [line + 1],
    ...(cotDocument ? { cotText: cotDocument.getText() } : {}),
    ...(questions.isDirty ? { questionsText: questions.getText() } : {}),
    ...(times === undefined ? {} : { repeats: times }), ...(agreed === undefined ? {} : { embeddingConsent: agreed }),
  }, model, await models.environment(model, vectors?.keyVariable), {
    cot: prompts.storedPath(cot.file), questions: prompts.storedPath(questions.uri.fsPath),
    hashes: new Map([[line + 1, questionHash(questions.lineAt(line).text)]]), model: current.label, cloud: current.cloud,
  });
}

/** Of one question, one prompt file, or all there are. */
export function cancelAsks(prompts: Prompts, target: unknown, line: unknown): void {
  const stored = target instanceof vscode.Uri ? prompts.storedPath(target.fsPath) : undefined;
  for (const { id, cot, questions, hashes } of prompts.book.underWay) {
    const isMeant = stored === undefined || cot === stored || (questions === stored && (typeof line !== 'number' || hashes.has(line + 1)));
    if (isMeant) prompts.asking.cancel(id);
  }
}

export async function openDetails(prompts: Prompts, target: unknown, line: unknown): Promise<void> {
  const uri = isAnswered(target)
    ? answerUri({ ...target, questions: prompts.absolutePath(target.questions) })
    : await placeUri(target, line);
  if (uri) await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(uri), { preview: true, viewColumn: vscode.ViewColumn.Beside });
}

async function placeUri(target: unknown, line: unknown): Promise<vscode.Uri | undefined> {
  const place = await questionPlace(target, line);
  return place && answerUri({ questions: place.document.uri.fsPath, hash: questionHash(place.document.lineAt(place.line).text), line: place.line + 1 });
}

function isAnswered(target: unknown): target is AnsweredQuestion {
  return typeof target === 'object' && target !== null && !(target instanceof vscode.Uri) && typeof (target as Partial<AnsweredQuestion>).hash === 'string';
}
