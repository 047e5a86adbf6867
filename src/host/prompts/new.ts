// New Prompt Experiment: a .cot file from a template, for a question set of the workspace, opened at once.
import path from 'node:path';
import * as vscode from 'vscode';
import { newCotText, slugOf } from '../../documents/cot/template';
import { relativePath } from '../files/relative-path';
import { workspaceRoot } from '../root';

const mostSets = 200;

/** `questions` and `file`, absolute paths, answer beforehand. The new file, or undefined when dismissed. */
export async function newExperiment(questions: unknown, file: unknown): Promise<vscode.Uri | undefined> {
  const root = workspaceRoot();
  if (root === undefined) throw new Error(vscode.l10n.t('Open a folder first.'));
  const set = typeof questions === 'string' ? questions : await pickSet();
  if (set === undefined) return undefined;
  const target = typeof file === 'string' ? vscode.Uri.file(file) : await vscode.window.showSaveDialog({
    title: vscode.l10n.t('New Prompt Experiment'), saveLabel: vscode.l10n.t('Create'),
    defaultUri: vscode.Uri.file(path.join(root, 'prompts', `${slugOf(path.basename(set, '.jsonl'))}.cot`)), filters: { [vscode.l10n.t('Prompt experiment')]: ['cot'] },
  });
  if (!target) return undefined;
  const text = newCotText(slugOf(path.basename(target.fsPath, '.cot')), relativePath(target.fsPath, set));
  await vscode.workspace.fs.writeFile(target, new TextEncoder().encode(text));
  await vscode.window.showTextDocument(target);
  return target;
}

/** Path of a question set; undefined when dismissed. */
async function pickSet(): Promise<string | undefined> {
  const found = await vscode.workspace.findFiles('**/*.jsonl', '**/{.preclinical,node_modules}/**', mostSets);
  if (found.length === 0) {
    throw new Error(vscode.l10n.t('This workspace holds no question set (*.jsonl) yet: one JSON object a line with question, options by letter and answer_idx.'));
  }
  const picks = found.sort((a, b) => rank(a) - rank(b) || (a.path < b.path ? -1 : 1)).map((uri) => ({
    label: path.basename(uri.fsPath), description: vscode.workspace.asRelativePath(path.dirname(uri.fsPath)), uri,
  }));
  return (await vscode.window.showQuickPick(picks, { title: vscode.l10n.t('Question set'), placeHolder: vscode.l10n.t('MedQA\'s form: one question a line'), matchOnDescription: true }))?.uri.fsPath;
}

/** Likely ones first: a folder or file named for questions. */
function rank({ path: file }: vscode.Uri): number {
  return /question|vignette|medqa|pubmedqa/i.test(file) ? 0 : 1;
}
