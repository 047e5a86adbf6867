// Looks at what a window's root folder holds: when a file there changes, when the root is another, and every few seconds, since
// watchers miss changes on network disks and in containers. One look after the other; nothing is remembered over a reload.
import * as vscode from 'vscode';
import { workspaceRoot } from './root';

export interface RootLooksSettings {
  /** Time between looks while anything shows what they find, and while nothing does; left out, none are made then. */
  readonly visibleMs: number;
  readonly hiddenMs?: number;
  /** Files of the root whose change is looked at at once. */
  pattern(root: string): vscode.RelativePattern;
  /** Whether what is shown changed. `moved`: the root is another than before, or the first. */
  look(root: string | undefined, moved: boolean): Promise<boolean>;
}

export class RootLooks implements vscode.Disposable {
  readonly #changed = new vscode.EventEmitter<void>();
  readonly onDidChange = this.#changed.event;
  readonly #subscription: vscode.Disposable;
  readonly #visible = new Set<string>();
  #root: string | undefined;
  #watcher: vscode.Disposable | undefined;
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> = Promise.resolve();
  #waiting: Promise<void> | undefined;
  #closed = false;

  constructor(private readonly settings: RootLooksSettings) {
    this.#subscription = vscode.workspace.onDidChangeWorkspaceFolders(() => { void this.refresh(); });
  }

  /** Looks now and from now on. */
  start(): void {
    void this.#poll();
  }

  get isVisible(): boolean {
    return this.#visible.size > 0;
  }

  /** Looks more often while any view shows what is known, and at once when one begins to. */
  setVisible(view: string, visible: boolean): void {
    if (visible === this.#visible.has(view)) return;
    if (visible) this.#visible.add(view);
    else this.#visible.delete(view);
    if (visible) void this.#poll();
  }

  /** Resolves after a look that began after the call; calls that wait share one. */
  refresh(): Promise<void> {
    this.#waiting ??= this.#running.then(() => {
      this.#waiting = undefined;
      this.#running = this.#look();
      return this.#running;
    });
    return this.#waiting;
  }

  /** Says that something outside the root changed what is shown. */
  touch(): void {
    if (!this.#closed) this.#changed.fire();
  }

  dispose(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
    this.#watcher?.dispose();
    this.#subscription.dispose();
    this.#changed.dispose();
  }

  async #look(): Promise<void> {
    const moved = this.#followRoot();
    // A look that fails is made again with the next one.
    const changed = await this.settings.look(this.#root, moved).catch(() => false);
    if (moved || changed) this.touch();
  }

  /** The root can change without the window's folders: `.preclinical` appears with the first job. */
  #followRoot(): boolean {
    const root = workspaceRoot();
    if (root === this.#root) return false;
    this.#root = root;
    this.#watcher?.dispose();
    this.#watcher = root === undefined || this.#closed ? undefined : this.#watch(this.settings.pattern(root));
    return true;
  }

  #watch(pattern: vscode.RelativePattern): vscode.Disposable {
    const watcher = vscode.workspace.createFileSystemWatcher(pattern);
    const look = (): void => { void this.refresh(); };
    return vscode.Disposable.from(watcher, watcher.onDidCreate(look), watcher.onDidChange(look), watcher.onDidDelete(look));
  }

  async #poll(): Promise<void> {
    clearTimeout(this.#timer);
    await this.refresh();
    clearTimeout(this.#timer);
    const pauseMs = this.isVisible ? this.settings.visibleMs : this.settings.hiddenMs;
    if (!this.#closed && pauseMs !== undefined) this.#timer = setTimeout(() => { void this.#poll(); }, pauseMs);
  }
}
