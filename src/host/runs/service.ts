// Keeps the model of the window's runs current: watches the job folders and polls as well, since watchers miss changes
// on network disks and in containers. Nothing is remembered, so a reloaded window finds every run again.
import * as vscode from 'vscode';
import { runsFolder } from '../../runs/layout';
import { workspaceRoot } from '../root';
import { RunsModel } from './model';

const visiblePollMs = 2_000;
/** Short enough to judge heartbeats, which count as watched only when looked at every ten seconds. */
const hiddenPollMs = 5_000;

export class RunsService implements vscode.Disposable {
  readonly #changed = new vscode.EventEmitter<void>();
  readonly onDidChange = this.#changed.event;
  readonly #subscription: vscode.Disposable;
  #model: RunsModel | undefined;
  #watcher: vscode.Disposable | undefined;
  #timer: NodeJS.Timeout | undefined;
  readonly #visible = new Set<string>();
  #closed = false;

  constructor() {
    this.#subscription = vscode.workspace.onDidChangeWorkspaceFolders(() => { void this.refresh(); });
    void this.#poll();
  }

  /** Undefined when no folder of this machine is open. */
  get model(): RunsModel | undefined {
    return this.#model;
  }

  /** Looks more often while any view shows what it knows. */
  setVisible(view: string, visible: boolean): void {
    if (visible) this.#visible.add(view);
    else this.#visible.delete(view);
    if (visible) void this.#poll();
  }

  /** Looks at the folders now. */
  async refresh(): Promise<void> {
    const moved = this.#followRoot();
    const changed = await this.#model?.refresh() ?? false;
    if ((changed || moved) && !this.#closed) this.#changed.fire();
  }

  /** Says that something outside the folders changed what views show. */
  touch(): void {
    this.#changed.fire();
  }

  dispose(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
    this.#watcher?.dispose();
    this.#subscription.dispose();
    this.#changed.dispose();
  }

  /** The root can change without the window's folders: `.preclinical` appears with the first job. */
  #followRoot(): boolean {
    const root = workspaceRoot();
    if (root === this.#model?.root) return false;
    this.#watcher?.dispose();
    this.#model = root === undefined ? undefined : new RunsModel(root);
    this.#watcher = root === undefined ? undefined : this.#watch(root);
    return true;
  }

  #watch(root: string): vscode.Disposable {
    const watcher = vscode.workspace.createFileSystemWatcher(new vscode.RelativePattern(vscode.Uri.file(runsFolder(root)), '*/{status,labels}.json'));
    const look = (): void => { void this.refresh(); };
    return vscode.Disposable.from(watcher, watcher.onDidCreate(look), watcher.onDidChange(look), watcher.onDidDelete(look));
  }

  async #poll(): Promise<void> {
    clearTimeout(this.#timer);
    await this.refresh();
    if (this.#closed) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => { void this.#poll(); }, this.#visible.size > 0 ? visiblePollMs : hiddenPollMs);
  }
}
