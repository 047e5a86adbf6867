// Keeps the model of the window's mixes current: watches files and products, polls while the view is visible, and looks again
// when a job changed.
import * as vscode from 'vscode';
import type { MixListing } from '../../protocol/mix-plan';
import { preclinicalFolder } from '../../runs/layout';
import { askEngine } from '../engine/engine';
import { workspaceRoot } from '../root';
import type { RunsService } from '../runs/service';
import { MixesModel } from './model';

const pollMs = 2_000;
/** New files are told by the watcher; where it misses them, after so many looks. */
const looksBetweenSearches = 5;

export class MixesService implements vscode.Disposable {
  readonly #changed = new vscode.EventEmitter<void>();
  readonly onDidChange = this.#changed.event;
  readonly #subscriptions: { dispose(): unknown }[];
  #model: { readonly root: string; readonly mixes: MixesModel } | undefined;
  #watcher: vscode.Disposable | undefined;
  #timer: NodeJS.Timeout | undefined;
  #visible = false;
  #closed = false;
  #looks = 0;

  constructor(private readonly context: vscode.ExtensionContext, private readonly runs: RunsService) {
    const files = vscode.workspace.createFileSystemWatcher('**/*.mix.yaml');
    const search = (): void => { void this.refresh({ findFiles: true }); };
    this.#subscriptions = [
      files, files.onDidCreate(search), files.onDidDelete(search), files.onDidChange(() => { void this.refresh(); }),
      runs.onDidChange(() => { if (this.#visible) void this.refresh(); }),
      vscode.workspace.onDidChangeWorkspaceFolders(search),
      vscode.workspace.onDidGrantWorkspaceTrust(() => { void this.refresh({ anew: true }); }),
    ];
  }

  /** Undefined when no folder of this machine is open. */
  get model(): MixesModel | undefined {
    return this.#model?.mixes;
  }

  setVisible(visible: boolean): void {
    this.#visible = visible;
    if (visible) void this.#poll();
  }

  async refresh(options: { readonly findFiles?: boolean; readonly anew?: boolean } = {}): Promise<void> {
    const moved = this.#followRoot();
    const changed = await this.#model?.mixes.refresh(options) ?? false;
    if ((changed || moved) && !this.#closed) this.#changed.fire();
  }

  dispose(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
    this.#watcher?.dispose();
    for (const one of this.#subscriptions) one.dispose();
    this.#changed.dispose();
  }

  #followRoot(): boolean {
    const root = workspaceRoot();
    if (root === this.#model?.root) return false;
    this.#watcher?.dispose();
    this.#model = root === undefined ? undefined : { root, mixes: this.#makeModel(root) };
    this.#watcher = root === undefined ? undefined : this.#watchProducts(root);
    return true;
  }

  #makeModel(root: string): MixesModel {
    return new MixesModel({
      root,
      files: async () => (await vscode.workspace.findFiles('**/*.mix.yaml', '**/{.preclinical,node_modules}/**')).filter((uri) => uri.scheme === 'file').map((uri) => uri.fsPath),
      ask: async (files) => {
        if (!vscode.workspace.isTrusted) return undefined;
        const { code, stdout } = await askEngine(this.context, root, ['mix', 'list', ...files, '--json']);
        return code === 0 ? JSON.parse(stdout) as MixListing[] : undefined;
      },
      jobs: () => this.runs.model?.entries ?? [],
    });
  }

  #watchProducts(root: string): vscode.Disposable {
    const watcher = vscode.workspace.createFileSystemWatcher(new vscode.RelativePattern(vscode.Uri.file(preclinicalFolder(root)), 'mixes/*/*/manifest.json'));
    const look = (): void => { void this.refresh(); };
    return vscode.Disposable.from(watcher, watcher.onDidCreate(look), watcher.onDidDelete(look));
  }

  async #poll(): Promise<void> {
    clearTimeout(this.#timer);
    await this.refresh({ findFiles: this.#looks % looksBetweenSearches === 0 });
    this.#looks += 1;
    if (this.#closed || !this.#visible) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => { void this.#poll(); }, pollMs);
  }
}
