// What is done with a mix: build, cancel, plan, and the ways to look at it.
import path from 'node:path';
import * as vscode from 'vscode';
import { manifestName } from '../../runs/mix-builds';
import { askEngine } from '../engine/engine';
import { mixFormViewType } from '../mix-form/register';
import { workspaceRoot } from '../root';
import { wordsOf } from '../runs/start';
import { chooseMix } from './choose';
import { type MixEntry, shownBuild } from './entry';
import type { PlanDocuments } from './plan-document';
import type { MixPreviews } from './preview';
import type { MixesService } from './service';

/** Id of the job, or undefined when nothing was started. */
export async function buildMix(service: MixesService, target: unknown, options: unknown): Promise<string | undefined> {
  const uri = await chooseMix(service, target, vscode.l10n.t('Build'), (entry) => entry.state !== 'building');
  if (!uri) return undefined;
  const id = await vscode.commands.executeCommand<string | undefined>('preclinical.run.start', uri, options);
  await service.refresh();
  return id;
}

export async function cancelBuild(service: MixesService, target: unknown): Promise<void> {
  const uri = await chooseMix(service, target, vscode.l10n.t('Cancel Build'), (entry) => entry.job !== undefined);
  const job = uri && (await entryOf(service, uri))?.job;
  if (job) await vscode.commands.executeCommand('preclinical.run.stop', job.id, 'stop');
  else if (uri) await vscode.window.showInformationMessage(vscode.l10n.t('{0} is not being built.', path.basename(uri.fsPath)));
}

export async function planMix(context: vscode.ExtensionContext, service: MixesService, plans: PlanDocuments, target: unknown): Promise<void> {
  const uri = await chooseMix(service, target, vscode.l10n.t('Plan'));
  if (!uri) return;
  await vscode.workspace.textDocuments.find((document) => document.isDirty && document.uri.toString() === uri.toString())?.save();
  const root = workspaceRoot() ?? path.dirname(uri.fsPath);
  const answer = await vscode.window.withProgress({ location: { viewId: 'preclinical.mixes' } }, () => askEngine(context, root, ['mix', 'plan', uri.fsPath]));
  if (answer.code !== 0) throw new Error(wordsOf(answer));
  await plans.show(uri, answer.stdout);
}

/** @param second a source, when its row asks; all sources else */
export async function previewMix(service: MixesService, previews: MixPreviews, target: unknown, second: unknown): Promise<void> {
  const uri = await chooseMix(service, target, vscode.l10n.t('Preview'));
  if (uri) await previews.open(uri, typeof second === 'string' ? second : undefined);
}

/** A page of the product: of a build when one is given, else of the current one, else of the newest. */
export async function openProduct(service: MixesService, target: unknown, title: string, name: string = manifestName): Promise<void> {
  const { folder } = (typeof target === 'object' && target !== null ? target : {}) as { folder?: unknown };
  const product = typeof folder === 'string' ? folder : await chosenProduct(service, target, title);
  if (product !== undefined) await vscode.window.showTextDocument(vscode.Uri.file(path.join(product, name)), { preview: true });
}

async function chosenProduct(service: MixesService, target: unknown, title: string): Promise<string | undefined> {
  const uri = await chooseMix(service, target, title, (entry) => entry.builds.length > 0);
  if (!uri) return undefined;
  const entry = await entryOf(service, uri);
  const build = entry && shownBuild(entry);
  if (!build) await vscode.window.showInformationMessage(vscode.l10n.t('{0} was never built.', path.basename(uri.fsPath)));
  return build?.folder;
}

export async function openForm(service: MixesService, target: unknown): Promise<void> {
  const uri = await chooseMix(service, target, vscode.l10n.t('Open Form'));
  if (uri) await vscode.commands.executeCommand('vscode.openWith', uri, mixFormViewType);
}

export async function openText(service: MixesService, target: unknown): Promise<void> {
  const uri = await chooseMix(service, target, vscode.l10n.t('Open as Text'));
  if (uri) await vscode.commands.executeCommand('vscode.openWith', uri, 'default');
}

async function entryOf(service: MixesService, uri: vscode.Uri): Promise<MixEntry | undefined> {
  await service.refresh({ findFiles: service.model?.find(uri.fsPath) === undefined });
  return service.model?.find(uri.fsPath);
}
