// Start: a mix, run or study file becomes a detached job, after a look at what it will do.
import path from 'node:path';
import * as vscode from 'vscode';
import { askEngine, type EngineAnswer } from '../engine/engine';
import { workspaceRoot } from '../root';
import { previewFile, readStartAnswer, type StartableKind, startableKind, startArguments, type StartAnswer } from './preview';
import type { RunsService } from './service';

export interface StartOptions {
  /** Default true; false starts without the preview. */
  readonly ask?: boolean;
}

/** Id of the job, or undefined when nothing was started. */
export async function startFile(context: vscode.ExtensionContext, service: RunsService, target?: unknown, options?: unknown): Promise<string | undefined> {
  const uri = target instanceof vscode.Uri ? target : activeFile() ?? await pickFile();
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
    const start = vscode.l10n.t('Start');
    const detail = [...preview.lines, '', vscode.l10n.t('It runs by itself: closing the window does not stop it.')].join('\n');
    if (await vscode.window.showInformationMessage(`${preview.title}?`, { modal: true, detail }, start) !== start) return undefined;
  }
  return launch(context, service, uri, preview.kind, startArguments(preview.kind, file));
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

function activeFile(): vscode.Uri | undefined {
  const uri = vscode.window.activeTextEditor?.document.uri;
  return uri?.scheme === 'file' && startableKind(uri.fsPath) !== undefined ? uri : undefined;
}

async function pickFile(): Promise<vscode.Uri | undefined> {
  const found = await vscode.workspace.findFiles('**/*.{study,run,mix}.yaml', '**/{.preclinical,node_modules}/**');
  if (found.length === 0) {
    const create = vscode.l10n.t('Create Sample Workspace');
    const choice = await vscode.window.showInformationMessage(vscode.l10n.t('This workspace holds no *.study.yaml, *.run.yaml or *.mix.yaml yet.'), create);
    if (choice === create) await vscode.commands.executeCommand('preclinical.sample.create');
    return undefined;
  }
  const order: readonly StartableKind[] = ['study', 'run', 'mix'];
  const rank = (uri: vscode.Uri): number => order.indexOf(startableKind(uri.fsPath)!);
  const picks = found.sort((a, b) => rank(a) - rank(b) || (a.path < b.path ? -1 : 1)).map((uri) => ({
    label: path.basename(uri.fsPath), description: vscode.workspace.asRelativePath(path.dirname(uri.fsPath)), uri,
  }));
  return (await vscode.window.showQuickPick(picks, { title: vscode.l10n.t('Start'), placeHolder: vscode.l10n.t('Choose a study, run or mix'), matchOnDescription: true }))?.uri;
}

async function saveIfOpen(uri: vscode.Uri): Promise<void> {
  await vscode.workspace.textDocuments.find((document) => document.isDirty && document.uri.toString() === uri.toString())?.save();
}

async function offerFile(uri: vscode.Uri, message: string): Promise<void> {
  const open = vscode.l10n.t('Open File');
  void vscode.window.showErrorMessage(message, open).then(async (choice) => {
    if (choice === open) await vscode.window.showTextDocument(uri);
  });
  return Promise.resolve();
}
