// Add Source: which files, of which domain, and whether the model is to learn them or to keep what it knew.
import path from 'node:path';
import * as vscode from 'vscode';
import type { NewSource } from '../../documents/mix/amounts/edit';
import { readMix } from '../../documents/mix/parse';
import { relativePath } from '../files/relative-path';
import { freeName, slugOf } from './names';

const dataFiles = '**/*.{txt,md,jsonl,json,csv,tsv,parquet,xml,nxml,html,htm,pdf,gz,zst}';
const mostFiles = 500;

/** Undefined when the user leaves it. */
export async function askForSource(document: vscode.TextDocument): Promise<NewSource | undefined> {
  const mix = readMix(document.getText(), document.fileName).document;
  if (!mix) return undefined;
  const { t } = vscode.l10n;
  const taken = new Set(Object.values(mix.sources).map((source) => source.path));
  const file = await pickFile(document, taken);
  if (file === undefined) return undefined;
  const domains = [...new Set(Object.values(mix.sources).map(({ domain }) => domain))];
  const domain = await pickDomain(domains, path.basename(path.dirname(file)));
  if (domain === undefined) return undefined;
  const role = await vscode.window.showQuickPick([
    { label: t('target'), description: t('What the model should learn.'), role: 'target' as const }, { label: t('replay'), description: t('Keeps what the model knew.'), role: 'replay' as const },
  ], { title: t('Add Source (3/3)'), placeHolder: t('What is it for?') });
  return role && { name: freeName(slugOf(path.basename(file)), Object.keys(mix.sources)), path: file, domain, role: role.role };
}

/** Relative to the mix file. */
async function pickFile(document: vscode.TextDocument, taken: ReadonlySet<string>): Promise<string | undefined> {
  const { t } = vscode.l10n;
  const found = (await vscode.workspace.findFiles(dataFiles, '**/{.preclinical,node_modules}/**', mostFiles)).map((uri) => relativePath(document.fileName, uri.fsPath)).filter((one) => !taken.has(one)).sort();
  const picks: (vscode.QuickPickItem & { readonly file?: string })[] = [
    { label: t('$(folder-opened) Browse…'), description: t('a file or folder'), alwaysShow: true }, ...found.map((file) => ({ label: path.basename(file), description: path.posix.dirname(file), file })),
  ];
  const picked = await vscode.window.showQuickPick(picks, { title: t('Add Source (1/3)'), placeHolder: t('Which documents?'), matchOnDescription: true });
  if (!picked || picked.file !== undefined) return picked?.file;
  const [chosen] = await vscode.window.showOpenDialog({ title: t('Add Source'), openLabel: t('Add'), canSelectFiles: true, canSelectFolders: true, defaultUri: vscode.Uri.file(path.dirname(document.fileName)) }) ?? [];
  return chosen && relativePath(document.fileName, chosen.fsPath);
}

/** One of those there are, or one typed. */
function pickDomain(domains: readonly string[], guess: string): Promise<string | undefined> {
  const { t } = vscode.l10n;
  return new Promise((resolve) => {
    const pick = vscode.window.createQuickPick();
    const known = [...new Set([...domains, slugOf(guess)])].map((label) => ({ label }));
    pick.title = t('Add Source (2/3)');
    pick.placeholder = t('Its domain; losses are reported by it. Choose one or type another.');
    pick.items = known;
    pick.onDidChangeValue((value) => {
      const typed = value.trim() === '' ? undefined : slugOf(value);
      pick.items = typed === undefined || known.some(({ label }) => label === typed) ? known : [...known, { label: typed, description: t('new') }];
    });
    pick.onDidAccept(() => {
      resolve(pick.selectedItems[0]?.label);
      pick.hide();
    });
    pick.onDidHide(() => {
      resolve(undefined);
      pick.dispose();
    });
    pick.show();
  });
}
