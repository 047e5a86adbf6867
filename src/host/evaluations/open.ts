// Ways to look at evaluations: side by side in the results panel, and the harness's own files.
import * as vscode from 'vscode';
import { readScores, type ScoreSummary } from '../../runs/results';
import { chooseRun } from '../runs/choose';
import type { RunEntry } from '../runs/entry';
import { selectedIds } from '../runs/selection';
import type { RunsService } from '../runs/service';
import type { ResultsPanels } from './results/open';

const isScored = ({ kind, reading }: RunEntry): boolean => kind === 'evaluate' && reading.state === 'done';

/** Of an evaluation, of those of a run, or all there are. */
export async function openResults(service: RunsService, panels: ResultsPanels, target: unknown, selection: unknown): Promise<void> {
  await service.refresh();
  const scored = (service.model?.entries ?? []).filter(isScored);
  const ids = selectedIds(target, selection);
  const chosen = scored.filter(({ id, of }) => ids.includes(id) || (of !== undefined && ids.includes(of))).map(({ id }) => id);
  if (ids.length > 0 && chosen.length === 0) throw new Error(vscode.l10n.t('{0} has no results yet.', ids.join(', ')));
  await panels.show(chosen.length > 0 ? { focus: chosen } : {});
}

export async function openResultsFile(service: RunsService, target: unknown): Promise<void> {
  const entry = await chooseRun(service, target, vscode.l10n.t('Open Results as JSON'), isScored);
  if (entry) await vscode.window.showTextDocument(vscode.Uri.file((await scoresOf(entry)).file), { preview: true });
}

/** Of the task that was clicked, of the only one, or of the one that is picked. */
export async function openSamples(service: RunsService, target: unknown): Promise<void> {
  const entry = await chooseRun(service, target, vscode.l10n.t('Open Answers'), isScored);
  if (!entry) return;
  const { tasks } = await scoresOf(entry);
  const clicked = (target as { readonly task?: unknown } | undefined)?.task;
  const named = tasks.find(({ task }) => task === clicked) ?? (tasks.length === 1 ? tasks[0] : undefined);
  const name = named?.task ?? await vscode.window.showQuickPick(tasks.map(({ task }) => task), { title: vscode.l10n.t('Open Answers'), placeHolder: vscode.l10n.t('Choose a task') });
  const file = tasks.find(({ task }) => task === name)?.samplesFile;
  if (file !== undefined) await vscode.window.showTextDocument(vscode.Uri.file(file), { preview: true });
}

/** Two or more selected evaluations, or one and another that is picked; the oldest is the first. */
export async function compareEvaluations(service: RunsService, panels: ResultsPanels, target: unknown, second: unknown): Promise<void> {
  const [firstId, secondId, ...others] = selectedIds(target, typeof second === 'string' ? [target, second] : second);
  const one = await chooseRun(service, firstId, vscode.l10n.t('Compare Evaluations'), isScored);
  const other = one && await chooseRun(service, secondId, vscode.l10n.t('Compare {0} with', one.name), (entry) => isScored(entry) && entry.id !== one.id);
  if (!other) return;
  const ids = [one.id, other.id, ...others].sort();
  await panels.show({ focus: ids, pair: [ids[0]!, ids.at(-1)!] });
}

async function scoresOf({ folder, name }: RunEntry): Promise<ScoreSummary> {
  const scores = await readScores(folder);
  if (!scores) throw new Error(vscode.l10n.t('{0} has no results yet.', name));
  return scores;
}
