// Ways to look at an evaluation: its table, the harness's files, two of them question by question.
import * as vscode from 'vscode';
import { readScores, type ScoreSummary } from '../../runs/results';
import { askEngine } from '../engine/engine';
import { chooseRun } from '../runs/choose';
import type { RunEntry } from '../runs/entry';
import { selectedIds } from '../runs/selection';
import type { RunsService } from '../runs/service';
import { wordsOf } from '../runs/start';
import type { TextViews } from '../text/views';
import type { EvaluationsModel } from './model';
import { resultsTable } from './words';

export const resultsView = 'results';
export const comparisonView = 'comparison';

const isScored = ({ kind, reading }: RunEntry): boolean => kind === 'evaluate' && reading.state === 'done';

export async function openResults(service: RunsService, views: TextViews, target: unknown): Promise<void> {
  const entry = await chooseRun(service, target, vscode.l10n.t('Open Results'), isScored);
  if (entry) await views.open(resultsView, vscode.l10n.t('Results {0}', entry.name), [entry.id]);
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

/** Two selected evaluations, or one and another that is picked; the older is the first. */
export async function compareEvaluations(service: RunsService, views: TextViews, target: unknown, second: unknown): Promise<void> {
  const [firstId, secondId] = selectedIds(target, typeof second === 'string' ? [target, second] : second);
  const one = await chooseRun(service, firstId, vscode.l10n.t('Compare Evaluations'), isScored);
  const other = one && await chooseRun(service, secondId, vscode.l10n.t('Compare {0} with', one.name), (entry) => isScored(entry) && entry.id !== one.id);
  if (!other) return;
  const [older, newer] = one.id < other.id ? [one, other] : [other, one];
  await views.open(comparisonView, `${older.name} ↔ ${newer.name}`, [older.id, newer.id]);
}

async function scoresOf({ folder, name }: RunEntry): Promise<ScoreSummary> {
  const scores = await readScores(folder);
  if (!scores) throw new Error(vscode.l10n.t('{0} has no results yet.', name));
  return scores;
}

/** Registers what the two kinds of document show. */
export function registerEvaluationTexts(context: vscode.ExtensionContext, service: RunsService, model: EvaluationsModel, views: TextViews): void {
  const entryOf = async (id: string): Promise<RunEntry> => {
    if (!service.model?.find(id)) await service.refresh();
    const entry = service.model?.find(id);
    if (!entry) throw new Error(vscode.l10n.t('There is no run {0} in this workspace.', id));
    return entry;
  };
  views.register(resultsView, async ([id = '']) => {
    const entry = await entryOf(id);
    await model.refresh(service.model?.entries ?? []);
    const { checkpoint = '', limit } = model.facts(id) ?? {};
    const run = entry.of === undefined ? undefined : service.model?.find(entry.of)?.name ?? entry.of;
    const shown = (file: string): string => vscode.workspace.asRelativePath(file, false);
    const facts = { name: entry.name, id, checkpoint, shown, ...(run === undefined ? {} : { run }), ...(limit === undefined ? {} : { limit }) };
    return resultsTable(facts, await scoresOf(entry), vscode.l10n.t);
  });
  views.register(comparisonView, async ([first = '', second = '']) => {
    await entryOf(first);
    const answer = await askEngine(context, service.model!.root, ['compare', first, second]);
    return answer.code === 0 ? answer.stdout : wordsOf(answer);
  });
}
