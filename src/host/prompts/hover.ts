// Hover on an answered question: what the model said, as plain text that can start nothing.
import * as vscode from 'vscode';
import { hoverPieces } from './hover-text';
import type { Prompts } from './prompts';
import { fenced } from './texts';

export function answerHover(prompts: Prompts): vscode.HoverProvider {
  return {
    provideHover(document, position) {
      if (!prompts.isQuestionSet(document)) return undefined;
      const line = document.lineAt(position.line);
      const answers = prompts.inlineOf(document.uri.fsPath, line.text);
      if (!answers) return undefined;
      const contents = hoverPieces(answers, vscode.l10n.t).map((piece) => {
        const markdown = new vscode.MarkdownString();
        markdown.isTrusted = false;
        markdown.supportHtml = false;
        switch (piece.kind) {
          case 'words': return markdown.appendText(piece.text);
          case 'heading': return markdown.appendMarkdown('**').appendText(piece.text).appendMarkdown('**');
          case 'verbatim': return markdown.appendMarkdown(fenced(piece.text));
        }
      });
      return new vscode.Hover(contents, line.range);
    },
  };
}
