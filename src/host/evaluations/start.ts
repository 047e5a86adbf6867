// Evaluate…: a checkpoint and task files become a detached evaluation.
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import * as vscode from 'vscode';
import { latestCheckpoint } from '../../runs/checkpoints';
import { jobPath } from '../../runs/layout';
import { askEngine } from '../engine/engine';
import { chooseRun } from '../runs/choose';
import { withoutIcons } from '../runs/describe';
import type { RunEntry } from '../runs/entry';
import { readStartAnswer } from '../runs/preview';
import type { RunsService } from '../runs/service';
import { wordsOf } from '../runs/start';

/** Answers the questions beforehand. */
export interface EvaluateOptions {
  readonly tasks?: readonly vscode.Uri[];
  /** First questions of each task only. */
  readonly limit?: number;
}

/** Id of the evaluation; undefined when nothing was started. */
export async function startEvaluation(context: vscode.ExtensionContext, service: RunsService, target: unknown, second: unknown): Promise<string | undefined> {
  const options = Array.isArray(second) ? {} : (second ?? {}) as EvaluateOptions;
  const run = await chooseRun(service, runOf(service, target), vscode.l10n.t('Evaluate'), ({ kind, progress }) => kind === 'train' && progress.checkpointStep > 0);
  const root = service.model?.root;
  const checkpoint = run && await chooseCheckpoint(run);
  const tasks = checkpoint === undefined ? undefined : options.tasks ?? await chooseTasks();
  if (!run || root === undefined || checkpoint === undefined || !tasks || tasks.length === 0) return undefined;
  const limit = options.limit === undefined ? [] : ['--limit', String(options.limit)];
  const args = ['evaluate', checkpoint, '--task', ...tasks.map(({ fsPath }) => fsPath), ...limit, '--detach', '--json'];
  const answer = await vscode.window.withProgress({ location: { viewId: 'preclinical.evaluations' } }, () => askEngine(context, root, args));
  await service.refresh();
  const started = readStartAnswer(answer.stdout);
  if (answer.code !== 0 || !started) throw new Error(wordsOf(answer));
  await vscode.commands.executeCommand('preclinical.evaluation.reveal', started.id);
  if (started.done) void vscode.window.showInformationMessage(vscode.l10n.t('Done before, so nothing was started: {0}', started.id));
  return started.id;
}

/** An evaluation stands for the run it is about. */
function runOf(service: RunsService, target: unknown): unknown {
  const id = typeof target === 'string' ? target : (target as { readonly id?: unknown } | undefined)?.id;
  const entry = typeof id === 'string' ? service.model?.find(id) : undefined;
  return entry?.kind === 'evaluate' ? entry.of : target;
}

/** Absolute folder. The newest without asking when it is the only one. */
async function chooseCheckpoint(run: RunEntry): Promise<string | undefined> {
  const newest = await latestCheckpoint(run.folder);
  if (newest === undefined) throw new Error(vscode.l10n.t('{0} has written no checkpoint yet.', run.name));
  const names = (await readdir(jobPath(run.folder, 'checkpoints'))).filter((name) => /^step-\d+$/.test(name)).sort((a, b) => Number(b.slice(5)) - Number(a.slice(5)));
  if (names.length < 2) return newest;
  const picks = names.map((label) => ({ label, description: label === path.basename(newest) ? vscode.l10n.t('newest') : '' }));
  const picked = await vscode.window.showQuickPick(picks, { title: vscode.l10n.t('Checkpoint of {0}', withoutIcons(run.name)) });
  return picked && path.join(path.dirname(newest), picked.label);
}

async function chooseTasks(): Promise<vscode.Uri[] | undefined> {
  const found = (await vscode.workspace.findFiles('**/tasks/**/*.{yaml,yml}', '**/{.preclinical,node_modules}/**')).sort((a, b) => (a.path < b.path ? -1 : 1));
  if (found.length === 0) {
    const browse = await vscode.window.showOpenDialog({ canSelectMany: true, title: vscode.l10n.t('Task files'), filters: { YAML: ['yaml', 'yml'] } });
    return browse;
  }
  const picks = found.map((uri) => ({ label: path.basename(uri.fsPath), description: vscode.workspace.asRelativePath(path.dirname(uri.fsPath)), uri }));
  const picked = await vscode.window.showQuickPick(picks, { canPickMany: true, title: vscode.l10n.t('Evaluate'), placeHolder: vscode.l10n.t('Task files'), matchOnDescription: true });
  return picked?.map(({ uri }) => uri);
}
