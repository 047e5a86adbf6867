// What a command is about: what it was given by a lens, a tree item or the Explorer, else the active editor, else asked.
import path from 'node:path';
import * as vscode from 'vscode';
import { looksLikeQuestion } from '../../documents/cot/question-line';
import type { CotFile } from './matching';
import type { Prompts } from './prompts';

/** A line of an open question set, from 0. */
export interface QuestionPlace { readonly document: vscode.TextDocument; readonly line: number }

/** Undefined when dismissed. Throws when the place holds no question. */
export async function questionPlace(target: unknown, line: unknown): Promise<QuestionPlace | undefined> {
  const editor = vscode.window.activeTextEditor;
  const document = target instanceof vscode.Uri ? await vscode.workspace.openTextDocument(target) : editor?.document;
  const at = typeof line === 'number' ? line : editor && editor.document === document ? editor.selection.active.line : 0;
  if (!document || !document.uri.path.endsWith('.jsonl')) throw new Error(vscode.l10n.t('Open a question set (*.jsonl) and put the cursor on a question.'));
  if (at >= document.lineCount || !looksLikeQuestion(document.lineAt(at).text)) throw new Error(vscode.l10n.t('Line {0} holds no question.', at + 1));
  return { document, line: at };
}

/** First question of a set; undefined when it has none. */
export function firstQuestion(document: vscode.TextDocument): number | undefined {
  for (let line = 0; line < document.lineCount; line++) if (looksLikeQuestion(document.lineAt(line).text)) return line;
  return undefined;
}

/** The prompt file that asks a set; `change` asks even when that is clear. Undefined when dismissed. */
export async function cotForSet(prompts: Prompts, questions: string, change = false): Promise<CotFile | undefined> {
  await prompts.cots.ready();
  const used = prompts.cotFor(questions);
  if (used && !change) return used;
  const matching = prompts.cots.of(questions);
  if (matching.length === 0) {
    const create = vscode.l10n.t('New Prompt Experiment…');
    const choice = await vscode.window.showInformationMessage(vscode.l10n.t('No *.cot file of this workspace names {0} as its questions.', path.basename(questions)), create);
    if (choice === create) await vscode.commands.executeCommand('preclinical.prompts.new', questions);
    return undefined;
  }
  const picks = matching.map((cot) => ({
    label: path.basename(cot.file), description: cot === used ? vscode.l10n.t('used now') : cot.settings.strategies.join(', '),
    ...(cot.settings.description === undefined ? {} : { detail: cot.settings.description }), cot,
  }));
  const chosen = (await vscode.window.showQuickPick(picks, { title: vscode.l10n.t('Prompt file for {0}', path.basename(questions)) }))?.cot;
  if (chosen) await prompts.useCot(questions, chosen.file);
  return chosen;
}

/** A prompt file; undefined when dismissed. Throws while it has errors. */
export async function cotFile(prompts: Prompts, target: unknown): Promise<CotFile | undefined> {
  await prompts.cots.ready();
  const file = fileOf(target) ?? activeCot() ?? await pickCot(prompts);
  if (file === undefined) return undefined;
  const cot = prompts.cots.find(file);
  if (!cot) throw new Error(vscode.l10n.t('{0} has errors: mend them first; the Problems view lists them.', path.basename(file)));
  return cot;
}

function fileOf(target: unknown): string | undefined {
  if (target instanceof vscode.Uri) return target.fsPath;
  const file = typeof target === 'object' && target !== null ? (target as { file?: unknown }).file : undefined;
  return typeof file === 'string' ? file : undefined;
}

function activeCot(): string | undefined {
  const document = vscode.window.activeTextEditor?.document;
  return document?.languageId === 'preclinical-cot' && document.uri.scheme === 'file' ? document.uri.fsPath : undefined;
}

async function pickCot(prompts: Prompts): Promise<string | undefined> {
  if (prompts.cots.files.length === 0) {
    const create = vscode.l10n.t('New Prompt Experiment…');
    const choice = await vscode.window.showInformationMessage(vscode.l10n.t('This workspace holds no *.cot file yet.'), create);
    if (choice === create) await vscode.commands.executeCommand('preclinical.prompts.new');
    return undefined;
  }
  const picks = prompts.cots.files.map((file) => ({ label: path.basename(file), description: vscode.workspace.asRelativePath(path.dirname(file)), file }));
  return (await vscode.window.showQuickPick(picks, { title: vscode.l10n.t('Prompt Experiment'), matchOnDescription: true }))?.file;
}

/** How often; `given` answers beforehand. Undefined when dismissed. */
export async function askTimes(given: unknown, title: string, value: number): Promise<number | undefined> {
  const valid = (text: string): boolean => /^[1-9]\d{0,2}$/.test(text.trim());
  if (typeof given === 'number') return valid(String(given)) ? given : undefined;
  const text = await vscode.window.showInputBox({
    title, value: String(value), prompt: vscode.l10n.t('Samples a question and strategy'),
    validateInput: (typed) => (valid(typed) ? undefined : vscode.l10n.t('Write a whole number from 1 to 999.')),
  });
  return text === undefined || !valid(text) ? undefined : Number(text);
}
