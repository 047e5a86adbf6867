// Answers at the end of their questions' lines, with a mark in the gutter, where a long line's end is out of sight.
import * as vscode from 'vscode';
import { type Inline, inlineOf, type InlineKind } from './inline';
import type { Prompts } from './prompts';
import { linesOf, linesWorthwhile } from './windows';

const turningMs = 120;
const frames = ['◐', '◓', '◑', '◒'];

interface Look { readonly color: string; readonly light: string; readonly dark: string; readonly shape: string }

/** Shapes differ, not colours alone. */
const looks: Readonly<Record<InlineKind, Look>> = {
  right: { color: 'testing.iconPassed', light: '#007100', dark: '#73c991', shape: '<path d="M3 8.5 6.5 12 13 4.5" />' },
  wrong: { color: 'testing.iconFailed', light: '#ad0707', dark: '#f14c4c', shape: '<path d="M4 4 12 12M12 4 4 12" />' },
  mixed: { color: 'editorCodeLens.foreground', light: '#9a6700', dark: '#cca700', shape: '<circle cx="8" cy="8" r="4.5" /><path d="M8 3.5a4.5 4.5 0 0 0 0 9Z" fill="currentColor" />' },
  none: { color: 'editorCodeLens.foreground', light: '#616161', dark: '#a0a0a0', shape: '<circle cx="8" cy="8" r="4.5" />' },
  asking: { color: 'editorCodeLens.foreground', light: '#005fb8', dark: '#4daafc', shape: '<path d="M3 8h.1M8 8h.1M13 8h.1" stroke-width="2.6" />' },
  failed: { color: 'editorWarning.foreground', light: '#bf8803', dark: '#cca700', shape: '<path d="M8 2.5 14 13.5H2ZM8 6.5v3.2M8 11.6v.1" />' },
};
const kinds = Object.keys(looks) as InlineKind[];

export class InlineAnswers implements vscode.Disposable {
  readonly #types = new Map(kinds.map((kind) => [kind, decorationType(looks[kind])]));
  readonly #shown = new Map<string, ReadonlyMap<number, Inline>>();
  readonly #drawn = new vscode.EventEmitter<void>();
  readonly onDidDraw = this.#drawn.event;
  readonly #subscriptions: vscode.Disposable[];
  #turning: NodeJS.Timeout | undefined;
  #frame = 0;

  constructor(private readonly prompts: Prompts) {
    const draw = (): void => { this.draw(); };
    this.#subscriptions = [
      prompts.onDidChange(draw),
      vscode.window.onDidChangeVisibleTextEditors(draw),
      vscode.window.onDidChangeTextEditorVisibleRanges(({ textEditor }) => { this.#draw(textEditor); }),
      vscode.workspace.onDidChangeTextDocument(({ document }) => {
        for (const editor of vscode.window.visibleTextEditors) if (editor.document === document) this.#draw(editor);
      }),
    ];
    draw();
  }

  /** What stands at the lines of an open file, by line from 0. */
  shownAt(uri: vscode.Uri): ReadonlyMap<number, Inline> {
    return this.#shown.get(uri.toString()) ?? new Map<number, Inline>();
  }

  draw(): void {
    const visible = new Set(vscode.window.visibleTextEditors.map(({ document }) => document.uri.toString()));
    for (const uri of this.#shown.keys()) if (!visible.has(uri)) this.#shown.delete(uri);
    for (const editor of vscode.window.visibleTextEditors) this.#draw(editor);
    this.#turn();
    this.#drawn.fire();
  }

  dispose(): void {
    clearInterval(this.#turning);
    for (const one of [...this.#subscriptions, ...this.#types.values()]) one.dispose();
    this.#drawn.dispose();
  }

  #draw(editor: vscode.TextEditor): void {
    const { document } = editor;
    const key = document.uri.toString();
    const inlines = this.prompts.isQuestionSet(document) ? this.#inlinesOf(editor) : new Map<number, Inline>();
    if (inlines.size === 0 && !this.#shown.has(key)) return;
    if (inlines.size === 0) this.#shown.delete(key);
    else this.#shown.set(key, inlines);
    for (const [kind, type] of this.#types) {
      editor.setDecorations(type, [...inlines].filter(([, inline]) => inline.kind === kind).map(([line, { text }]): vscode.DecorationOptions => ({
        range: document.lineAt(line).range.with({ start: document.lineAt(line).range.end }),
        renderOptions: { after: { contentText: text } },
      })));
    }
  }

  #inlinesOf({ document, visibleRanges }: vscode.TextEditor): Map<number, Inline> {
    const found = new Map<number, Inline>();
    for (const line of linesOf(linesWorthwhile(document.lineCount, visibleRanges.map(({ start, end }) => ({ start: start.line, end: end.line }))))) {
      const answers = this.prompts.inlineOf(document.uri.fsPath, document.lineAt(line).text);
      if (answers) found.set(line, inlineOf(answers, frames[this.#frame]!, vscode.l10n.t));
    }
    return found;
  }

  /** Turns while something is asked; stands still for whoever asked for less motion. */
  #turn(): void {
    const turns = this.prompts.book.underWay.length > 0 && vscode.workspace.getConfiguration('workbench').get('reduceMotion') !== 'on';
    if (!turns) {
      clearInterval(this.#turning);
      this.#turning = undefined;
      return;
    }
    this.#turning ??= setInterval(() => {
      this.#frame = (this.#frame + 1) % frames.length;
      this.draw();
    }, turningMs);
  }
}

function decorationType({ color, light, dark, shape }: Look): vscode.TextEditorDecorationType {
  return vscode.window.createTextEditorDecorationType({
    rangeBehavior: vscode.DecorationRangeBehavior.ClosedClosed,
    overviewRulerColor: new vscode.ThemeColor(color),
    overviewRulerLane: vscode.OverviewRulerLane.Right,
    after: { color: new vscode.ThemeColor(color), margin: '0 0 0 2em' },
    light: { gutterIconPath: icon(shape, light) },
    dark: { gutterIconPath: icon(shape, dark) },
    gutterIconSize: '75%',
  });
}

function icon(shape: string, stroke: string): vscode.Uri {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="16" height="16" color="${stroke}" viewBox="0 0 16 16" fill="none" stroke="${stroke}" stroke-width="1.8" stroke-linecap="round" stroke-linejoin="round">${shape}</svg>`;
  return vscode.Uri.parse(`data:image/svg+xml;base64,${Buffer.from(svg).toString('base64')}`);
}
