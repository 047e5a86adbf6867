// New Mix File: a commented template that says what to fill in, opened as text.
import path from 'node:path';
import * as vscode from 'vscode';

/** The file written, or undefined when nothing was. `target` answers where beforehand. */
export async function newMixFile(target: unknown): Promise<vscode.Uri | undefined> {
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
  const uri = target instanceof vscode.Uri ? target : await vscode.window.showSaveDialog({
    title: vscode.l10n.t('New Mix File'), saveLabel: vscode.l10n.t('Create'), filters: { [vscode.l10n.t('Data mix')]: ['mix.yaml'] },
    ...(folder ? { defaultUri: vscode.Uri.joinPath(folder, 'new.mix.yaml') } : {}),
  });
  if (!uri) return undefined;
  const named = uri.path.endsWith('.mix.yaml') ? uri : uri.with({ path: `${uri.path.replace(/\.ya?ml$/, '')}.mix.yaml` });
  const name = path.posix.basename(named.path, '.mix.yaml').toLowerCase().replace(/[^a-z0-9]+/g, '-').replace(/^-+|-+$/g, '').slice(0, 64) || 'mix';
  const edit = new vscode.WorkspaceEdit();
  edit.createFile(named, { ignoreIfExists: false, overwrite: false, contents: new TextEncoder().encode(mixTemplate(name)) });
  if (!await vscode.workspace.applyEdit(edit)) throw new Error(vscode.l10n.t('{0} is there already.', vscode.workspace.asRelativePath(named)));
  await vscode.window.showTextDocument(named);
  return named;
}

/** A mix of one clinical source with general replay; the comments say what to fill in. */
export function mixTemplate(name: string): string {
  return `# A data mix: which documents, in which proportions, become training tokens.
kind: mix
name: ${name}
seed: 1
tokenizer: ../tokenizer        # folder with tokenizer.json, relative to this file
sequenceLength: 1024
sources:
  notes:
    path: ../data/notes.jsonl  # file, folder or glob
    format: jsonl
    textField: text
    domain: clinical           # losses are reported by it
    role: target               # what the model should learn
    phi: unknown               # none | deidentified | unknown | present
    egress: never              # no text of it, and no model trained on it, may reach a remote endpoint
  general:
    path: ../data/general.txt
    format: lines              # one document a line
    domain: general
    role: replay               # keeps what the model knew
    phi: none
stages:
  - name: blend
    tokens: 1000000
    sources:
      notes: { share: 0.8 }
      general: { share: 0.2 }
repeatCap: 4                   # most passes over any source
heldOut:
  clinical: { source: notes, fraction: 0.05 }
  general: { source: general, fraction: 0.05 }
`;
}
