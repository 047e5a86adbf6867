// Completion of keys and listed values, each with its documentation.
import * as vscode from 'vscode';
import { complete, type Suggestion } from '../../documents/language/complete';
import { kindOfLanguage } from '../../documents/language/kinds';
import { explain } from './explain';

export const completionProvider: vscode.CompletionItemProvider = {
  provideCompletionItems(document, position) {
    const kind = kindOfLanguage(document.languageId);
    const found = kind && complete(kind, document.getText(), document.offsetAt(position));
    if (!found) return undefined;
    const range = new vscode.Range(document.positionAt(found.replace.start), document.positionAt(found.replace.end));
    return found.suggestions.map((suggestion, index) => item(suggestion, range, index));
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
  made.sortText = String(index).padStart(4, '0');
  made.documentation = explain(facts);
  if (kind === 'key' && facts.isRequired) made.detail = vscode.l10n.t('{0} (required)', label);
  if (suggestNext) made.command = { command: 'editor.action.triggerSuggest', title: vscode.l10n.t('Suggest') };
  return made;
}
