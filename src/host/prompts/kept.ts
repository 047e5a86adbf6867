// Answers that are kept in .preclinical/asks, read as the file grows: watched, and polled as well, since watchers miss
// changes on network disks and in containers.
import * as vscode from 'vscode';
import { AskReader, asksFolder, clearAsks } from '../../runs/asks';
import { workspaceRoot } from '../root';
import type { AskBook } from './book';

const visiblePollMs = 2_000;
const hiddenPollMs = 15_000;

export class KeptAnswers implements vscode.Disposable {
  readonly #changed = new vscode.EventEmitter<void>();
  readonly onDidChange = this.#changed.event;
  readonly #subscription: vscode.Disposable;
  #root: string | undefined;
  #reader: AskReader | undefined;
  #watcher: vscode.Disposable | undefined;
  #timer: NodeJS.Timeout | undefined;
  #reading: Promise<void> = Promise.resolve();
  #visible = false;
  #closed = false;

  constructor(private readonly book: AskBook) {
    this.#subscription = vscode.workspace.onDidChangeWorkspaceFolders(() => { void this.refresh(); });
    void this.#poll();
  }

  setVisible(visible: boolean): void {
    if (visible === this.#visible) return;
    this.#visible = visible;
    if (visible) void this.#poll();
  }

  /** Reads what was added, one reading after the other. */
  refresh(): Promise<void> {
    this.#reading = this.#reading.then(() => this.#read(), () => this.#read());
    return this.#reading;
  }

  /** Removes the file. */
  async clear(): Promise<void> {
    if (this.#root !== undefined) await clearAsks(this.#root);
    await this.refresh();
  }

  dispose(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
    this.#watcher?.dispose();
    this.#subscription.dispose();
    this.#changed.dispose();
  }

  async #read(): Promise<void> {
    const moved = this.#followRoot();
    const { records, cleared } = await this.#reader?.read() ?? { records: [], cleared: false };
    if (moved || cleared) this.book.clear();
    for (const record of records) this.book.keep(record);
    if ((moved || cleared || records.length > 0) && !this.#closed) this.#changed.fire();
  }

  #followRoot(): boolean {
    const root = workspaceRoot();
    if (root === this.#root) return false;
    const had = this.#root !== undefined;
    this.#root = root;
    this.#watcher?.dispose();
    this.#reader = root === undefined ? undefined : new AskReader(root);
    this.#watcher = root === undefined ? undefined : this.#watch(root);
    return had;
  }

  #watch(root: string): vscode.Disposable {
    const watcher = vscode.workspace.createFileSystemWatcher(new vscode.RelativePattern(vscode.Uri.file(asksFolder(root)), '*.jsonl'));
    const look = (): void => { void this.refresh(); };
    return vscode.Disposable.from(watcher, watcher.onDidCreate(look), watcher.onDidChange(look), watcher.onDidDelete(look));
  }

  async #poll(): Promise<void> {
    clearTimeout(this.#timer);
    await this.refresh();
    if (this.#closed) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => { void this.#poll(); }, this.#visible ? visiblePollMs : hiddenPollMs);
  }
}
