// Question sets that were answered in this workspace, and which of them a command is about.
import path from 'node:path';
import * as vscode from 'vscode';
import { parseCot } from '../../documents/cot/parse';
import type { AnswersScope } from '../../protocol/panels/answers';
import { readAsks } from '../../runs/asks';
import { readJobFile } from '../../runs/job-file';
import type { RunEntry } from '../runs/entry';

/** Stored paths with the number of experiments and inline answers, newest first. */
async function answeredSets(root: string, entries: readonly RunEntry[]): Promise<Map<string, { experiments: number; asks: number }>> {
  const sets = new Map<string, { experiments: number; asks: number }>();
  const of = (questions: string): { experiments: number; asks: number } => {
    const known = sets.get(questions) ?? { experiments: 0, asks: 0 };
    sets.set(questions, known);
    return known;
  };
  const files = await Promise.all(entries.filter(({ kind }) => kind === 'prompt').map(({ folder }) => readJobFile(folder).catch(() => undefined)));
  for (const file of files) if (file?.kind === 'prompt') of(file.resolved.questions).experiments += 1;
  for (const { questions } of await readAsks(root)) of(questions).asks += 1;
  return sets;
}

/** Undefined when the user picks none or there is none, which is said. */
export async function pickSet(root: string, entries: readonly RunEntry[]): Promise<AnswersScope | undefined> {
  const { t } = vscode.l10n;
  const sets = [...await answeredSets(root, entries)];
  if (sets.length === 0) {
    await vscode.window.showInformationMessage(t('No prompt experiment of this workspace has answers yet.'));
    return undefined;
  }
  if (sets.length === 1) return { questions: sets[0]![0] };
  const picks = sets.map(([questions, { experiments, asks }]) => ({
    label: path.posix.basename(questions), detail: questions, questions,
    description: [experiments > 0 ? t('{0} experiments', experiments) : '', asks > 0 ? t('{0} inline answers', asks) : ''].filter(Boolean).join(' · '),
  }));
  const picked = await vscode.window.showQuickPick(picks, { title: t('Prompt Results'), placeHolder: t('Choose a question set'), matchOnDetail: true });
  return picked && { questions: picked.questions };
}

/** Of a prompt job, or of a .cot file. Throws when the target is neither. */
export async function scopeOf(root: string, entries: readonly RunEntry[], target: string | vscode.Uri): Promise<AnswersScope> {
  const { t } = vscode.l10n;
  if (typeof target === 'string') {
    const entry = entries.find(({ id }) => id === target);
    const file = entry && await readJobFile(entry.folder);
    if (file?.kind !== 'prompt') throw new Error(t('{0} is no prompt experiment of this workspace.', target));
    return { questions: file.resolved.questions, focus: target };
  }
  const name = stored(root, target.fsPath);
  const { document } = parseCot(new TextDecoder().decode(await vscode.workspace.fs.readFile(target)), name);
  if (!document) throw new Error(t('{0} has errors; mend them first.', path.basename(target.fsPath)));
  return { questions: stored(root, path.resolve(path.dirname(target.fsPath), document.settings.questions)), focus: name };
}

/** As job files have it: relative to the root with `/`, or absolute when outside it. */
function stored(root: string, file: string): string {
  const relative = path.relative(root, file);
  return (relative.startsWith('..') || path.isAbsolute(relative) ? file : relative).split(path.sep).join('/');
}
