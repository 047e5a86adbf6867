// The .cot files of the workspace and the question sets they name, kept current as files and open documents change. A file
// that has an error while it is being edited stands as it last could be read.
import * as vscode from 'vscode';
import { type CotFile, cotsOfSet, readCotFile } from './matching';

const typingPauseMs = 250;
const excluded = '**/{.preclinical,node_modules}/**';

export class CotIndex implements vscode.Disposable {
  readonly #changed = new vscode.EventEmitter<void>();
  readonly onDidChange = this.#changed.event;
  readonly #known = new Map<string, CotFile>();
  /** Files that are there, readable or not. */
  readonly #files = new Set<string>();
  readonly #timers = new Map<string, NodeJS.Timeout>();
  readonly #subscriptions: vscode.Disposable[] = [];
  #finding: Promise<void>;

  constructor() {
    this.#finding = this.#find();
    const watcher = vscode.workspace.createFileSystemWatcher('**/*.cot');
    const read = (uri: vscode.Uri): void => { void this.#read(uri); };
    this.#subscriptions.push(
      watcher, watcher.onDidCreate(read), watcher.onDidChange(read), watcher.onDidDelete((uri) => { this.#forget(uri); }),
      vscode.workspace.onDidChangeWorkspaceFolders(() => { this.#finding = this.#find(); }),
      vscode.workspace.onDidChangeTextDocument(({ document }) => {
        if (!isCot(document.uri)) return;
        clearTimeout(this.#timers.get(document.uri.fsPath));
        this.#timers.set(document.uri.fsPath, setTimeout(() => { this.#take(document.uri.fsPath, document.getText()); }, typingPauseMs));
      }),
      vscode.workspace.onDidOpenTextDocument((document) => { if (isCot(document.uri)) this.#take(document.uri.fsPath, document.getText()); }),
    );
  }

  /** Absolute paths of the files that are there, in order. */
  get files(): readonly string[] {
    return [...this.#files].sort();
  }

  /** Absolute paths of the question sets they name. */
  get sets(): readonly string[] {
    return [...new Set([...this.#known.values()].map(({ questions }) => questions))].sort();
  }

  find(file: string): CotFile | undefined {
    return this.#known.get(file);
  }

  /** Files that name this question set. */
  of(questions: string): readonly CotFile[] {
    return cotsOfSet(this.#known.values(), questions);
  }

  /** Resolves when the files of the workspace were looked for. */
  ready(): Promise<void> {
    return this.#finding;
  }

  /** Looks again. */
  async refresh(): Promise<void> {
    this.#finding = this.#find();
    await this.#finding;
  }

  dispose(): void {
    for (const timer of this.#timers.values()) clearTimeout(timer);
    for (const one of this.#subscriptions) one.dispose();
    this.#changed.dispose();
  }

  async #find(): Promise<void> {
    const found = (await vscode.workspace.findFiles('**/*.cot', excluded)).filter(isCot);
    const there = new Set(found.map(({ fsPath }) => fsPath));
    for (const file of this.#files) if (!there.has(file)) this.#drop(file);
    await Promise.all(found.map((uri) => this.#read(uri)));
    this.#changed.fire();
  }

  async #read(uri: vscode.Uri): Promise<void> {
    if (!isCot(uri)) return;
    const open = vscode.workspace.textDocuments.find((document) => document.uri.fsPath === uri.fsPath && document.uri.scheme === 'file');
    try {
      this.#take(uri.fsPath, open ? open.getText() : new TextDecoder().decode(await vscode.workspace.fs.readFile(uri)));
    } catch {
      // Removed between being found and being read.
      this.#forget(uri);
    }
  }

  #take(file: string, text: string): void {
    this.#files.add(file);
    const cot = readCotFile(file, text);
    if (cot) this.#known.set(file, cot);
    this.#changed.fire();
  }

  #forget(uri: vscode.Uri): void {
    if (this.#drop(uri.fsPath)) this.#changed.fire();
  }

  #drop(file: string): boolean {
    this.#known.delete(file);
    return this.#files.delete(file);
  }
}

function isCot(uri: vscode.Uri): boolean {
  return uri.scheme === 'file' && uri.path.endsWith('.cot') && !/\/(?:\.preclinical|node_modules)\//.test(uri.path);
}
