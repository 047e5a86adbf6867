// Commands a file stands for: the curves of its runs, the report of its newest study.
import path from 'node:path';
import * as vscode from 'vscode';
import { pickStartable } from './files';
import { jobsOfFile, trainingsIn } from './of-file';
import type { RunsService } from './service';

/** Ids whose curves were opened; none when there is nothing to show, which is said. */
export async function openCurvesOfFile(service: RunsService, target: unknown): Promise<string[]> {
  const uri = target instanceof vscode.Uri ? target : await pickStartable(vscode.l10n.t('Loss Curves'), ['study', 'run']);
  if (!uri) return [];
  await service.refresh();
  const { model } = service;
  const ids = model ? trainingsIn(jobsOfFile(model.entries, model.root, uri.fsPath), (id) => model.find(id)) : [];
  if (ids.length > 0) await vscode.commands.executeCommand('preclinical.curves.open', ids);
  else void offerStart(uri);
  return ids;
}

async function offerStart(uri: vscode.Uri): Promise<void> {
  const start = vscode.l10n.t('Start…');
  const choice = await vscode.window.showInformationMessage(vscode.l10n.t('No training of {0} has run here yet.', path.basename(uri.fsPath)), start);
  if (choice === start) await vscode.commands.executeCommand('preclinical.run.start', uri);
}

/** The newest study started from a file, when that is what a command was given. */
export async function studyOfFile(service: RunsService, target: unknown): Promise<unknown> {
  if (!(target instanceof vscode.Uri)) return target;
  await service.refresh();
  const { model } = service;
  const study = model && jobsOfFile(model.entries, model.root, target.fsPath).find(({ kind }) => kind === 'study');
  if (!study) throw new Error(vscode.l10n.t('{0} has not run here yet: start it first.', path.basename(target.fsPath)));
  return study.id;
}
