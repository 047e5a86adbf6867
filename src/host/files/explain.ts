// What is known of a key, as Markdown for hover and completion.
import * as vscode from 'vscode';
import type { KeyFacts } from '../../documents/language/schema';

export function explain(facts: KeyFacts): vscode.MarkdownString {
  const lines = [
    facts.description?.replaceAll('*', '\\*'),
    facts.unit === undefined ? undefined : vscode.l10n.t('Unit: {0}', facts.unit),
    facts.values.length === 0 ? undefined : vscode.l10n.t('Values: {0}', facts.values.map((value) => code(value)).join(', ')),
    facts.isRequired ? vscode.l10n.t('Required.') : facts.defaultValue === undefined ? vscode.l10n.t('Optional.') : vscode.l10n.t('Default: {0}', code(facts.defaultValue)),
  ];
  return new vscode.MarkdownString(lines.filter((line) => line !== undefined).join('\n\n'));
}

export function heading(facts: KeyFacts): vscode.MarkdownString {
  return new vscode.MarkdownString(`**${facts.name}** · ${facts.type.replaceAll('|', '\\|')}`);
}

function code(value: unknown): string {
  return `\`${typeof value === 'string' ? value : JSON.stringify(value)}\``;
}
