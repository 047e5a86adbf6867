// Read-only text made on demand: tables of estimates, results and comparisons. What a document shows is told by its own
// address, so that it comes back after a reload. Plain text, never markup: names and numbers from files stay what they are.
import * as vscode from 'vscode';

export const textScheme = 'preclinical-view';

/** Makes the text of one kind of document from its arguments. */
export type TextSource = (args: readonly string[]) => Promise<string>;

export class TextViews implements vscode.Disposable {
  readonly #sources = new Map<string, TextSource>();
  readonly #changed = new vscode.EventEmitter<vscode.Uri>();
  readonly #registration: vscode.Disposable;

  constructor() {
    this.#registration = vscode.workspace.registerTextDocumentContentProvider(textScheme, {
      onDidChange: this.#changed.event,
      provideTextDocumentContent: (uri) => this.#text(uri),
    });
  }

  register(kind: string, source: TextSource): void {
    this.#sources.set(kind, source);
  }

  /** Of the document that is made from these arguments. */
  address(kind: string, title: string, args: readonly string[]): vscode.Uri {
    const name = title.replace(/[/\\]/g, '-');
    return vscode.Uri.from({ scheme: textScheme, path: `/${name}.txt`, query: JSON.stringify([kind, ...args]) });
  }

  /** What a document of this kind is made from; undefined of any other. */
  argumentsOf(kind: string, { scheme, query }: vscode.Uri): readonly string[] | undefined {
    if (scheme !== textScheme) return undefined;
    const [own, ...args] = JSON.parse(query) as string[];
    return own === kind ? args : undefined;
  }

  /** Opens a document, made anew when it was open already. `title` is what its tab says. */
  async open(kind: string, title: string, args: readonly string[]): Promise<vscode.TextEditor> {
    const uri = this.address(kind, title, args);
    this.#changed.fire(uri);
    return vscode.window.showTextDocument(await vscode.workspace.openTextDocument(uri), { preview: true });
  }

  dispose(): void {
    this.#registration.dispose();
    this.#changed.dispose();
  }

  async #text(uri: vscode.Uri): Promise<string> {
    try {
      const [kind = '', ...args] = JSON.parse(uri.query) as string[];
      const source = this.#sources.get(kind);
      return source ? await source(args) : '';
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  }
}
