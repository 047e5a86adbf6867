// Start: a mix, run or study file becomes a detached job, after a look at what it will do.
import path from 'node:path';
import * as vscode from 'vscode';
import { askEngine, type EngineAnswer } from '../engine/engine';
import { estimateWarnings } from '../../protocol/estimate-words';
import { workspaceRoot } from '../root';
import { askEstimate } from './estimate';
import { pickStartable, saveIfOpen } from './files';
import { estimateLines, previewFile, readStartAnswer, type Preview, type StartableKind, startArguments, type StartAnswer } from './preview';
import type { RunsService } from './service';

export interface StartOptions {
  /** Default true; false starts without the preview. */
  readonly ask?: boolean;
}

/** Id of the job, or undefined when nothing was started. */
export async function startFile(context: vscode.ExtensionContext, service: RunsService, target?: unknown, options?: unknown): Promise<string | undefined> {
  if (!vscode.workspace.isTrusted) throw new Error(vscode.l10n.t('Preclinical starts no process in a workspace that is not trusted.'));
  const uri = target instanceof vscode.Uri ? target : await pickStartable(vscode.l10n.t('Start'), ['study', 'run', 'mix']);
  if (!uri) return undefined;
  const file = uri.fsPath;
  await saveIfOpen(uri);
  const preview = previewFile(path.basename(file), new TextDecoder().decode(await vscode.workspace.fs.readFile(uri)), vscode.l10n.t);
  if (!preview) throw new Error(vscode.l10n.t('{0} cannot be started: it is no *.run.yaml, *.study.yaml or *.mix.yaml.', path.basename(file)));
  if (preview.problems.length > 0) {
    await offerFile(uri, preview.problems.join('\n'));
    return undefined;
  }
  if (asks(options)) {
    const ready = await preflight(context, uri, preview);
    if (ready === undefined) return undefined;
    const start = vscode.l10n.t('Start');
    const detail = [...preview.lines, ...ready.lines, '', vscode.l10n.t('It runs by itself: closing the window does not stop it.')].join('\n');
    const ask = ready.warnings ? vscode.window.showWarningMessage : vscode.window.showInformationMessage;
    if (await ask(`${preview.title}?`, { modal: true, detail }, start) !== start) return undefined;
  }
  return launch(context, service, uri, preview.kind, startArguments(preview.kind, file));
}

/** What stands in the way or will be needed; undefined when it cannot start, which has been said then. Nothing is timed here. */
async function preflight(context: vscode.ExtensionContext, uri: vscode.Uri, { kind }: Preview): Promise<{ lines: readonly string[]; warnings: boolean } | undefined> {
  if (kind === 'mix') return { lines: [], warnings: false };
  const { estimate, problem } = await inView(() => askEstimate(context, uri.fsPath, { calibrate: false }));
  const { t } = vscode.l10n;
  const misfits = estimate && !estimate.fits ? estimateWarnings(estimate, t) : [];
  if (!estimate || misfits.length > 0) {
    await offerFile(uri, estimate ? misfits.join('\n') : problem ?? '');
    return undefined;
  }
  const warnings = estimateWarnings(estimate, t);
  return { lines: ['', ...estimateLines(estimate, t), ...warnings], warnings: warnings.length > 0 };
}

async function launch(context: vscode.ExtensionContext, service: RunsService, uri: vscode.Uri, kind: StartableKind, args: string[]): Promise<string | undefined> {
  const root = workspaceRoot() ?? path.dirname(uri.fsPath);
  const answer = await inView(() => askEngine(context, root, args));
  await service.refresh();
  const started = readStartAnswer(answer.stdout);
  if (answer.code !== 0 || !started) {
    await offerFile(uri, wordsOf(answer));
    return undefined;
  }
  await vscode.commands.executeCommand('preclinical.run.reveal', started.id);
  if (started.done) void offerFresh(context, service, uri, kind, args, started);
  return started.id;
}

async function offerFresh(context: vscode.ExtensionContext, service: RunsService, uri: vscode.Uri, kind: StartableKind, args: string[], { id }: StartAnswer): Promise<void> {
  const again = vscode.l10n.t('Run Again');
  // A mix is named by the hash of all that goes in: building it again gives the same.
  const choice = await vscode.window.showInformationMessage(vscode.l10n.t('Done before, so nothing was started: {0}', id), ...(kind === 'mix' ? [] : [again]));
  if (choice === again) await launch(context, service, uri, kind, [...args, '--fresh']);
}

/** Progress in the view itself, while the engine checks files and, for a run, builds its mix. */
export function inView<T>(work: () => Promise<T>): Thenable<T> {
  return vscode.window.withProgress({ location: { viewId: 'preclinical.runs' } }, work);
}

/** What the engine said went wrong. */
export function wordsOf(answer: EngineAnswer): string {
  return answer.stderr.trim() || vscode.l10n.t('The engine ended with code {0} and said nothing.', answer.code);
}

function asks(options: unknown): boolean {
  return (options as StartOptions | undefined)?.ask !== false;
}

async function offerFile(uri: vscode.Uri, message: string): Promise<void> {
  const open = vscode.l10n.t('Open File');
  void vscode.window.showErrorMessage(message, open).then(async (choice) => {
    if (choice === open) await vscode.window.showTextDocument(uri);
  });
  return Promise.resolve();
}
