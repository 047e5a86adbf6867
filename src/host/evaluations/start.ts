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
import { readCount, settingRows, settingsArguments, type EvaluationSettings } from './settings';

/** Answers the questions beforehand; the settings are asked for when the tasks are. */
export interface EvaluateOptions extends EvaluationSettings {
  /** Files, or names of known tasks. */
  readonly tasks?: readonly (vscode.Uri | string)[];
}

/** Id of the evaluation; undefined when nothing was started. */
export async function startEvaluation(context: vscode.ExtensionContext, service: RunsService, target: unknown, second: unknown): Promise<string | undefined> {
  const options = Array.isArray(second) ? {} : (second ?? {}) as EvaluateOptions;
  const run = await chooseRun(service, runOf(service, target), vscode.l10n.t('Evaluate'), ({ kind, progress }) => kind === 'train' && progress.checkpointStep > 0);
  const root = service.model?.root;
  const checkpoint = run && await chooseCheckpoint(run);
  const tasks = checkpoint === undefined ? undefined : options.tasks ?? await chooseTasks(context);
  if (!run || root === undefined || checkpoint === undefined || !tasks || tasks.length === 0) return undefined;
  const settings = options.tasks ? options : await chooseSettings(options);
  if (!settings) return undefined;
  const args = ['evaluate', checkpoint, '--task', ...tasks.map((task) => (typeof task === 'string' ? task : task.fsPath)), ...settingsArguments(settings), '--detach', '--json'];
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

/** Files of the workspace, then the tasks that come with Preclinical, then a file from elsewhere. */
async function chooseTasks(context: vscode.ExtensionContext): Promise<(vscode.Uri | string)[] | undefined> {
  const found = (await vscode.workspace.findFiles('**/tasks/**/*.{yaml,yml}', '**/{.preclinical,node_modules}/**')).sort((a, b) => (a.path < b.path ? -1 : 1));
  const known = (await readdir(path.join(context.extensionPath, 'media', 'tasks', 'known'))).filter((name) => /^[a-z].*\.yaml$/.test(name)).map((name) => name.slice(0, -'.yaml'.length)).sort();
  const separator = (label: string): TaskPick => ({ label, kind: vscode.QuickPickItemKind.Separator });
  const picks: TaskPick[] = [
    ...found.map((uri) => ({ label: path.basename(uri.fsPath), description: vscode.workspace.asRelativePath(path.dirname(uri.fsPath)), task: uri })),
    separator(vscode.l10n.t('Known tasks')), ...known.map((task) => ({ label: task, task })),
    separator(''), { label: vscode.l10n.t('Browse…') },
  ];
  const picked = await vscode.window.showQuickPick(picks, { canPickMany: true, title: vscode.l10n.t('Evaluate'), placeHolder: vscode.l10n.t('Task files'), matchOnDescription: true });
  const browsed = picked?.some(({ task }) => task === undefined) ? await vscode.window.showOpenDialog({ canSelectMany: true, title: vscode.l10n.t('Task files'), filters: { YAML: ['yaml', 'yml'] } }) : [];
  return picked && [...picked.flatMap(({ task }) => task ?? []), ...browsed ?? []];
}

interface TaskPick extends vscode.QuickPickItem { readonly task?: vscode.Uri | string }

/** A list that comes back after each change, until Start; undefined when it is left. */
async function chooseSettings(given: EvaluationSettings): Promise<EvaluationSettings | undefined> {
  let settings = given;
  for (;;) {
    const picked = await vscode.window.showQuickPick(settingRows(settings, vscode.l10n.t), { title: vscode.l10n.t('Evaluate'), placeHolder: vscode.l10n.t('Start, or change a setting') });
    if (!picked) return undefined;
    switch (picked.setting) {
      case 'start': return settings;
      case 'chat': case 'rotateOptions': case 'harness': settings = { ...settings, [picked.setting]: !settings[picked.setting] }; break;
      case 'shots': case 'limit': settings = await askCount(settings, picked.setting, picked.label); break;
      case 'data': {
        const [folder] = await vscode.window.showOpenDialog({ canSelectFolders: true, canSelectFiles: false, title: picked.label }) ?? [];
        if (folder) settings = { ...settings, data: folder.fsPath };
      }
    }
  }
}

async function askCount(settings: EvaluationSettings, setting: 'shots' | 'limit', title: string): Promise<EvaluationSettings> {
  const text = await vscode.window.showInputBox({
    title, value: String(settings[setting] ?? ''),
    validateInput: (value) => (readCount(value) === undefined ? vscode.l10n.t('A whole number is wanted; leave it empty to take the setting back.') : undefined),
  });
  const count = text === undefined ? undefined : readCount(text);
  if (count === undefined) return settings;
  const others = Object.fromEntries(Object.entries(settings).filter(([name]) => name !== setting)) as EvaluationSettings;
  return count === 'none' ? others : { ...others, [setting]: count };
}
