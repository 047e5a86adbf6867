// From a finding to the text: in its own file where that is text an editor can show, else in a read-only document that says what the
// mix reads of the record. The stretch that was found is selected.
import { stat } from 'node:fs/promises';
import path from 'node:path';
import * as vscode from 'vscode';
import { readMix } from '../../documents/mix/parse';
import type { FoundDocument } from '../../protocol/mix-findings';
import type { TextStretch } from '../../protocol/panels/findings';
import { askEngine, type EngineHome } from '../engine/engine';
import { workspaceRoot } from '../root';
import { wordsOf } from '../runs/start';
import type { TextViews } from '../text/views';
import { stretchInFile, stretchInLine, type Stretch } from './text-place';

export const documentView = 'mix-document';
/** Larger files are slow to show, and the editor hands extensions no text of the largest. */
const mostBytes = 20e6;
/** Whose text is that of their documents but for blank and escapes. */
const plain = /\.(?:txt|text|jsonl|ndjson)$/i;

export class FoundTexts {
  constructor(private readonly home: EngineHome, private readonly views: TextViews) {
    views.register(documentView, async ([mix = '', source = '', position = '']) => (await this.#ask(mix, source, Number(position))).text);
  }

  async open(mix: string, document: FoundDocument, stretch?: TextStretch): Promise<void> {
    if (stretch?.message === undefined && await this.#openFile(mix, document, stretch)) return;
    const { source, position } = document;
    const editor = await this.views.open(documentView, titleOf(document), [mix, source, String(position)]);
    const { offsets } = await this.#ask(mix, source, position);
    const from = stretch?.message === undefined ? 0 : offsets[stretch.message] ?? 0;
    if (stretch) select(editor, { start: from + stretch.start, end: from + stretch.end });
  }

  /** The kept one on the left. */
  async compare(mix: string, left: FoundDocument, right: FoundDocument): Promise<void> {
    const [a, b] = [left, right].map((one) => this.views.address(documentView, titleOf(one), [mix, one.source, String(one.position)]));
    await vscode.commands.executeCommand('vscode.diff', a, b, vscode.l10n.t('{0} ↔ {1}', left.document, right.document), { preview: true });
  }

  /** False when the file is none that shows the document as it was read. */
  async #openFile(mix: string, { source, place, document }: FoundDocument, stretch?: Stretch): Promise<boolean> {
    const file = path.resolve(path.dirname(mix), place.file);
    const found = plain.test(file) ? await stat(file).catch(() => undefined) : undefined;
    if (!found || found.size > mostBytes) return false;
    const shown = await vscode.workspace.openTextDocument(file);
    const range = await this.#rangeIn(shown, mix, source, place.line, stretch);
    if (!range) return false;
    const editor = await vscode.window.showTextDocument(shown, { preview: true, viewColumn: vscode.ViewColumn.Beside });
    editor.selection = new vscode.Selection(range.start, range.end);
    editor.revealRange(range, vscode.TextEditorRevealType.InCenter);
    vscode.window.setStatusBarMessage(document, 5_000);
    return true;
  }

  async #rangeIn(shown: vscode.TextDocument, mix: string, source: string, lineNumber: number | undefined, stretch: Stretch | undefined): Promise<vscode.Range | undefined> {
    if (lineNumber === undefined) {
      const { start, end } = stretch ? stretchInFile(shown.getText(), stretch) : { start: 0, end: 0 };
      return new vscode.Range(shown.positionAt(start), shown.positionAt(end));
    }
    // Else the file is not what was read any more.
    if (lineNumber > shown.lineCount) return undefined;
    const line = shown.lineAt(lineNumber - 1);
    const field = /\.(?:jsonl|ndjson)$/i.test(shown.fileName) ? await textFieldOf(mix, source) : undefined;
    const inLine = stretch ? stretchInLine(line.text, stretch, field) : { start: 0, end: line.text.length };
    return inLine && new vscode.Range(lineNumber - 1, inLine.start, lineNumber - 1, inLine.end);
  }

  /** The document's text as the mix reads it, and of a conversation where each message begins in it. */
  async #ask(mix: string, source: string, position: number): Promise<{ readonly text: string; readonly offsets: readonly number[] }> {
    const answer = await askEngine(this.home, workspaceRoot() ?? path.dirname(mix), ['mix', 'inspect', mix, '--text', `${source}:${position}`, '--json']);
    if (answer.code !== 0) throw new Error(wordsOf(answer));
    const { text, messages = [] } = JSON.parse(answer.stdout) as { readonly text?: string; readonly messages?: readonly { readonly role: string; readonly content: string }[] };
    return text === undefined ? conversation(messages) : { text, offsets: [] };
  }
}

function conversation(messages: readonly { readonly role: string; readonly content: string }[]): { readonly text: string; readonly offsets: readonly number[] } {
  let text = '';
  const offsets = messages.map(({ role, content }) => {
    text += `${text === '' ? '' : '\n\n'}${role}:\n`;
    const start = text.length;
    text += content;
    return start;
  });
  return { text, offsets };
}

function select(editor: vscode.TextEditor, { start, end }: Stretch): void {
  const range = new vscode.Range(editor.document.positionAt(start), editor.document.positionAt(end));
  editor.selection = new vscode.Selection(range.start, range.end);
  editor.revealRange(range, vscode.TextEditorRevealType.InCenter);
}

function titleOf({ source, document }: FoundDocument): string {
  return `${source} ${path.posix.basename(document)}`.slice(0, 80);
}

async function textFieldOf(mix: string, source: string): Promise<string> {
  const text = await vscode.workspace.openTextDocument(mix).then((document) => document.getText(), () => '');
  const { document } = readMix(text, mix);
  const set = source.startsWith('heldout-') ? document?.heldOut[source.slice('heldout-'.length)] : undefined;
  return document?.sources[source]?.textField ?? (set && 'textField' in set ? set.textField : 'text');
}
