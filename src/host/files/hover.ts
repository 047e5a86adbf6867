// Hover on a key or value: what it means, its unit, default and values.
import * as vscode from 'vscode';
import { hoverAt } from '../../documents/language/hover';
import { kindOfLanguage } from '../../documents/language/kinds';
import { explain, heading } from './explain';

export const hoverProvider: vscode.HoverProvider = {
  provideHover(document, position) {
    const kind = kindOfLanguage(document.languageId);
    const found = kind && hoverAt(kind, document.getText(), document.offsetAt(position));
    if (!found) return undefined;
    const range = new vscode.Range(document.positionAt(found.span.start), document.positionAt(found.span.end));
    return new vscode.Hover([heading(found.facts), explain(found.facts)], range);
  },
};
