// Stop, pause, checkpoint and resume: requests are files in the job's folder, answered by the job itself.
import * as vscode from 'vscode';
import type { RequestKind } from '../../protocol/requests';
import { killJob } from '../../runs/kill';
import { requestJob } from '../../runs/requests';
import { askEngine } from '../engine/engine';
import { chooseRun } from './choose';
import { type StopChoice, stopOffers, withoutIcons } from './describe';
import type { RunEntry } from './entry';
import type { RunsService } from './service';
import { inView, wordsOf } from './start';

const works = (entry: RunEntry): boolean => entry.reading.alive;
const canResume = (entry: RunEntry): boolean => !entry.reading.alive && entry.reading.state !== 'done';

/** Asks how, saying what each way costs; `choice` answers beforehand. */
export async function stopRun(service: RunsService, target: unknown, choice: unknown): Promise<void> {
  const entry = await chooseRun(service, target, vscode.l10n.t('Stop'), works);
  if (!entry) return;
  const how = isChoice(choice) ? choice : await askHow(service, entry);
  if (how === undefined) return;
  if (how === 'kill') {
    await killJob(entry.folder);
    await service.refresh();
  } else {
    await request(service, entry, how);
  }
}

async function askHow(service: RunsService, entry: RunEntry): Promise<StopChoice | undefined> {
  const owner = service.model?.studyOf(entry.id);
  const offers = stopOffers(entry, owner?.study.reading.alive === true, vscode.l10n.t);
  const icons = { stop: 'debug-stop', pause: 'debug-pause', kill: 'flame' } as const;
  const picks = offers.map(({ choice, label, cost }) => ({ label: `$(${icons[choice]}) ${label}`, detail: cost, choice }));
  return (await vscode.window.showQuickPick(picks, { title: vscode.l10n.t('Stop {0}', withoutIcons(entry.name)), placeHolder: vscode.l10n.t('What each choice costs stands below it') }))?.choice;
}

function isChoice(value: unknown): value is StopChoice {
  return value === 'stop' || value === 'pause' || value === 'kill';
}

export async function askRun(service: RunsService, target: unknown, kind: Exclude<RequestKind, 'stop'>): Promise<void> {
  const title = kind === 'pause' ? vscode.l10n.t('Pause') : vscode.l10n.t('Checkpoint Now');
  const entry = await chooseRun(service, target, title, works);
  if (entry) await request(service, entry, kind);
}

async function request(service: RunsService, entry: RunEntry, kind: RequestKind): Promise<void> {
  const id = await requestJob(entry.folder, kind);
  await service.refresh();
  if (id === undefined) await vscode.window.showInformationMessage(vscode.l10n.t('{0} does not run any more.', entry.name));
}

export async function resumeRun(context: vscode.ExtensionContext, service: RunsService, target: unknown): Promise<void> {
  const entry = await chooseRun(service, target, vscode.l10n.t('Resume'), canResume);
  const root = service.model?.root;
  if (!entry || root === undefined) return;
  const answer = await inView(() => askEngine(context, root, ['runs', 'resume', entry.id, '--detach', '--json']));
  await service.refresh();
  if (answer.code !== 0) void vscode.window.showErrorMessage(wordsOf(answer));
}
