// Hover on a key or value: what it means, its unit, default and values; in the body of a .cot file, on roles and variables.
import * as vscode from 'vscode';
import { hoverAt } from '../../documents/language/hover';
import { bodyPart, kindOfLanguage } from '../../documents/language/kinds';
import { hoverBody } from '../../documents/language/prompt-body';
import { explain, heading } from './explain';

export const hoverProvider: vscode.HoverProvider = {
  provideHover(document, position) {
    const kind = kindOfLanguage(document.languageId);
    if (!kind) return undefined;
    const text = document.getText();
    const offset = document.offsetAt(position);
    const rangeOf = (start: number, end: number): vscode.Range => new vscode.Range(document.positionAt(start), document.positionAt(end));
    const body = bodyPart(kind, text);
    if (body && offset >= body.start) {
      const found = hoverBody(body.text, offset - body.start);
      return found && new vscode.Hover([`**${found.word.label}**`, found.word.description], rangeOf(found.span.start + body.start, found.span.end + body.start));
    }
    const found = hoverAt(kind, text, offset);
    return found && new vscode.Hover([heading(found.facts), explain(found.facts)], rangeOf(found.span.start, found.span.end));
  },
};
