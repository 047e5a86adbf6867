// Answers that are kept in .preclinical/asks, read as the file grows.
import * as vscode from 'vscode';
import { AskReader, asksFolder, clearAsks } from '../../runs/asks';
import { RootLooks } from '../root-looks';
import type { AskBook } from './book';

export class KeptAnswers implements vscode.Disposable {
  #root: string | undefined;
  #reader: AskReader | undefined;
  readonly #looks = new RootLooks({
    visibleMs: 2_000, hiddenMs: 15_000,
    pattern: (root) => new vscode.RelativePattern(vscode.Uri.file(asksFolder(root)), '*.jsonl'),
    look: (root, moved) => this.#read(root, moved),
  });
  readonly onDidChange = this.#looks.onDidChange;

  constructor(private readonly book: AskBook) {
    this.#looks.start();
  }

  setVisible(visible: boolean): void {
    this.#looks.setVisible('answers', visible);
  }

  /** Reads what was added. */
  refresh(): Promise<void> {
    return this.#looks.refresh();
  }

  /** Removes the file. */
  async clear(): Promise<void> {
    if (this.#root !== undefined) await clearAsks(this.#root);
    await this.refresh();
  }

  dispose(): void {
    this.#looks.dispose();
  }

  async #read(root: string | undefined, moved: boolean): Promise<boolean> {
    this.#root = root;
    if (moved) this.#reader = root === undefined ? undefined : new AskReader(root);
    const { records, cleared } = await this.#reader?.read() ?? { records: [], cleared: false };
    if (moved || cleared) this.book.clear();
    for (const record of records) this.book.keep(record);
    return cleared || records.length > 0;
  }
}
