// Sizes of the sources of mix files, asked of the engine once for the form, the problems and whoever else wants them: when a file
// is first wanted, when it is saved, and when the user asks. One question a file at a time; what comes meanwhile is asked once more.
import { stat } from 'node:fs/promises';
import path from 'node:path';
import * as vscode from 'vscode';
import type { MixPlanAnswer } from '../../protocol/mix-plan';
import type { FormSizes } from '../../protocol/panels/mix';
import { readMix } from '../../documents/mix/parse';
import { askEngine, type EngineHome } from '../engine/engine';
import { workspaceRoot } from '../root';

/** Sources up to this size are measured without being asked for: a moment's work. */
const smallBytes = 1 << 26;

interface Book { sizes: FormSizes; asking: boolean; again: boolean }

export class MixSizes implements vscode.Disposable {
  readonly #changed = new vscode.EventEmitter<vscode.Uri>();
  /** The file whose sizes are others now. */
  readonly onDidChange = this.#changed.event;
  readonly #ended = new vscode.CancellationTokenSource();
  readonly #books = new Map<string, Book>();
  readonly #subscriptions: readonly vscode.Disposable[];

  constructor(private readonly context: EngineHome) {
    this.#subscriptions = [
      vscode.workspace.onDidSaveTextDocument(({ uri }) => { if (this.#books.has(uri.toString())) this.measure(uri); }),
      vscode.workspace.onDidCloseTextDocument(({ uri }) => { this.#books.delete(uri.toString()); }),
      vscode.workspace.onDidGrantWorkspaceTrust(() => { for (const uri of this.#books.keys()) this.measure(vscode.Uri.parse(uri)); }),
    ];
  }

  of(uri: vscode.Uri): FormSizes {
    return this.#books.get(uri.toString())?.sizes ?? { state: 'measuring', bySource: {} };
  }

  /** Measures a file that was not measured yet when that is a moment's work. */
  want(uri: vscode.Uri): void {
    if (this.#books.has(uri.toString()) || uri.scheme !== 'file' || !vscode.workspace.isTrusted) return;
    void isSmall(uri.fsPath).then((small) => { if (small && !this.#books.has(uri.toString())) this.measure(uri); });
  }

  measure(uri: vscode.Uri): void {
    const book = this.#books.get(uri.toString()) ?? { sizes: this.of(uri), asking: false, again: false };
    this.#books.set(uri.toString(), book);
    if (book.asking) book.again = true;
    else void this.#ask(uri, book);
  }

  dispose(): void {
    this.#ended.cancel();
    this.#ended.dispose();
    for (const one of this.#subscriptions) one.dispose();
    this.#changed.dispose();
  }

  async #ask(uri: vscode.Uri, book: Book): Promise<void> {
    book.asking = true;
    do {
      book.again = false;
      const { bySource } = book.sizes;
      this.#set(uri, book, { state: 'measuring', bySource });
      const found = await this.#answer(uri, bySource).catch((error: unknown): FormSizes => ({ state: 'failed', bySource, words: error instanceof Error ? error.message : String(error) }));
      this.#set(uri, book, found);
    } while (this.#isAskedAgain(book));
    book.asking = false;
  }

  #isAskedAgain({ again }: Book): boolean {
    return again && !this.#ended.token.isCancellationRequested;
  }

  async #answer(uri: vscode.Uri, bySource: FormSizes['bySource']): Promise<FormSizes> {
    if (uri.scheme !== 'file') return { state: 'unsaved', bySource };
    if (!vscode.workspace.isTrusted) return { state: 'untrusted', bySource };
    const root = workspaceRoot() ?? path.dirname(uri.fsPath);
    const { code, stdout, stderr } = await askEngine(this.context, root, ['mix', 'plan', uri.fsPath, '--json'], this.#ended.token);
    if (code !== 0) return { state: 'failed', bySource, words: stderr.trim() };
    const { sources, built } = JSON.parse(stdout) as MixPlanAnswer;
    return { state: 'measured', bySource: Object.fromEntries(Object.entries(sources).map(([name, { documents, tokens, bytes }]) => [name, { documents, tokens, bytes }])), built };
  }

  #set(uri: vscode.Uri, book: Book, sizes: FormSizes): void {
    if (this.#ended.token.isCancellationRequested) return;
    book.sizes = sizes;
    this.#changed.fire(uri);
  }
}

/** Only of files named one by one: how large a folder or what a glob matches is, is told by reading it. */
async function isSmall(file: string): Promise<boolean> {
  const text = await vscode.workspace.fs.readFile(vscode.Uri.file(file)).then((bytes) => Buffer.from(bytes).toString('utf8'), () => '');
  const mix = readMix(text, '').document;
  if (!mix) return false;
  const sizes = await Promise.all(Object.values(mix.sources).map(async (source) => {
    const found = await stat(path.resolve(path.dirname(file), source.path)).catch(() => undefined);
    return found?.isFile() === true ? found.size : Infinity;
  }));
  return sizes.reduce((sum, size) => sum + size, 0) <= smallBytes;
}
