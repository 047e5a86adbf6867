// What a mix would train on, before it is built: the first records of its sources as a read-only document, with the text of the
// tokens that bear loss marked.
import path from 'node:path';
import * as vscode from 'vscode';
import type { MixPreview } from '../../protocol/mix-preview';
import { previewText, type PreviewText } from '../../protocol/mix-preview-words';
import { askEngine, type EngineHome } from '../engine/engine';
import { workspaceRoot } from '../root';
import { wordsOf } from '../runs/start';
import type { TextViews } from '../text/views';

export const previewView = 'mix-preview';

export class MixPreviews implements vscode.Disposable {
  /** What is marked, by arguments of the document. */
  readonly #trained = new Map<string, PreviewText['trained']>();
  readonly #mark = vscode.window.createTextEditorDecorationType({
    backgroundColor: new vscode.ThemeColor('diffEditor.insertedTextBackground'), overviewRulerColor: new vscode.ThemeColor('diffEditor.insertedTextBackground'),
  });
  readonly #subscription: vscode.Disposable;

  constructor(private readonly home: EngineHome, private readonly views: TextViews) {
    views.register(previewView, (args) => this.#text(args));
    const markAll = (): void => { for (const editor of vscode.window.visibleTextEditors) this.#show(editor); };
    this.#subscription = vscode.Disposable.from(
      this.#mark, vscode.window.onDidChangeVisibleTextEditors(markAll), vscode.workspace.onDidChangeTextDocument(({ document }) => { if (views.argumentsOf(previewView, document.uri)) markAll(); }),
    );
  }

  /** Of one source, or of all. The file is saved first: the engine reads what is on the disk. */
  async open(mix: vscode.Uri, source?: string): Promise<void> {
    await vscode.workspace.textDocuments.find((document) => document.isDirty && document.uri.toString() === mix.toString())?.save();
    const name = path.basename(mix.fsPath).replace(/\.mix\.yaml$/, '');
    const title = source === undefined ? vscode.l10n.t('Preview of {0}', name) : vscode.l10n.t('Preview of {0} in {1}', source, name);
    this.#show(await this.views.open(previewView, title, [mix.fsPath, ...(source === undefined ? [] : [source])]));
  }

  dispose(): void {
    this.#subscription.dispose();
  }

  async #text(args: readonly string[]): Promise<string> {
    const [mix = '', source] = args;
    const answer = await askEngine(this.home, workspaceRoot() ?? path.dirname(mix), ['mix', 'preview', mix, '--json', ...(source === undefined ? [] : ['--source', source])]);
    if (answer.code !== 0) throw new Error(wordsOf(answer));
    const { text, trained } = previewText(JSON.parse(answer.stdout) as MixPreview, vscode.l10n.t);
    this.#trained.set(JSON.stringify(args), trained);
    return text;
  }

  /** Marks what is trained on in an editor of a preview. */
  #show(editor: vscode.TextEditor): void {
    const args = this.views.argumentsOf(previewView, editor.document.uri);
    const trained = args && this.#trained.get(JSON.stringify(args));
    if (trained) editor.setDecorations(this.#mark, trained.map(([start, end]) => new vscode.Range(editor.document.positionAt(start), editor.document.positionAt(end))));
  }
}
