// Completion of keys, listed values and names of the file, and in the body of a .cot file of roles, variables and tags.
import * as vscode from 'vscode';
import { complete, type Suggestion } from '../../documents/language/complete';
import { bodyPart, kindOfLanguage } from '../../documents/language/kinds';
import { completeBody, type BodyWord } from '../../documents/language/prompt-body';
import type { Span } from '../../documents/language/tree';
import { explain } from './explain';

export const completionProvider: vscode.CompletionItemProvider = {
  provideCompletionItems(document, position) {
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
    return found?.suggestions.map((suggestion, index) => item(suggestion, rangeOf(found.replace), index));
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
