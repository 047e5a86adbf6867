// Completion of keys, listed values and names of the file, and in the body of a .cot file of roles, variables and tags.
import * as vscode from 'vscode';
import { complete, type Completion, type Suggestion } from '../../documents/language/complete';
import { bodyPart, kindOfLanguage } from '../../documents/language/kinds';
import { completeBody, type BodyWord } from '../../documents/language/prompt-body';
import type { Span } from '../../documents/language/tree';
import { explain } from './explain';
import { relativePath } from './relative-path';

/** Files offered at most; more are found by typing on. */
const mostFiles = 200;

export const completionProvider: vscode.CompletionItemProvider = {
  async provideCompletionItems(document, position, token) {
    const kind = kindOfLanguage(document.languageId);
    if (!kind) return undefined;
    const text = document.getText();
    const offset = document.offsetAt(position);
    const rangeOf = (span: Span, start = 0): vscode.Range => new vscode.Range(document.positionAt(span.start + start), document.positionAt(span.end + start));
    const body = bodyPart(kind, text);
    if (body && offset >= body.start) {
      const found = completeBody(body.text, offset - body.start);
      return found?.words.map((word, index) => wordItem(word, rangeOf(found.replace, body.start), index));
    }
    const found = complete(kind, text, offset);
    if (!found) return undefined;
    const range = rangeOf(found.replace);
    const items = found.suggestions.map((suggestion, index) => item(suggestion, range, index));
    return found.files ? [...items, ...await fileItems(document, found.files, range, token)] : items;
  },
};

function item(suggestion: Suggestion, range: vscode.Range, index: number): vscode.CompletionItem {
  const { label, kind, snippet, facts, suggestNext } = suggestion;
  const made = new vscode.CompletionItem(
    { label, description: kind === 'key' ? facts.type : facts.name },
    kind === 'key' ? vscode.CompletionItemKind.Property : vscode.CompletionItemKind.EnumMember,
  );
  made.insertText = new vscode.SnippetString(snippet);
  made.range = range;
  made.sortText = orderOf(index);
  made.documentation = explain(facts);
  if (kind === 'key' && facts.isRequired) made.detail = vscode.l10n.t('{0} (required)', label);
  if (suggestNext) made.command = { command: 'editor.action.triggerSuggest', title: vscode.l10n.t('Suggest') };
  return made;
}

/** Files of the workspace that fit, as paths relative to the document. */
async function fileItems(document: vscode.TextDocument, files: NonNullable<Completion['files']>, range: vscode.Range, token: vscode.CancellationToken): Promise<vscode.CompletionItem[]> {
  if (document.uri.scheme !== 'file') return [];
  const found = await vscode.workspace.findFiles(files.glob, '**/{.preclinical,node_modules}/**', mostFiles, token);
  return found.map((uri) => {
    const made = new vscode.CompletionItem(relativePath(document.uri.fsPath, uri.fsPath), vscode.CompletionItemKind.File);
    made.range = range;
    made.documentation = explain(files.facts);
    return made;
  });
}

const wordKinds: Readonly<Record<BodyWord['kind'], vscode.CompletionItemKind>> = {
  role: vscode.CompletionItemKind.Keyword,
  tag: vscode.CompletionItemKind.Keyword,
  variable: vscode.CompletionItemKind.Variable,
  field: vscode.CompletionItemKind.Field,
  value: vscode.CompletionItemKind.EnumMember,
};

function wordItem(word: BodyWord, range: vscode.Range, index: number): vscode.CompletionItem {
  const made = new vscode.CompletionItem(word.label, wordKinds[word.kind]);
  made.range = range;
  made.sortText = orderOf(index);
  made.documentation = word.description;
  return made;
}

/** VS Code sorts by text. */
function orderOf(index: number): string {
  return String(index).padStart(4, '0');
}
