// Keeps the model of the window's mixes current: looks at files and products while anything shows them, and again when a job changed.
import * as vscode from 'vscode';
import type { MixListing } from '../../protocol/mix-plan';
import { preclinicalFolder } from '../../runs/layout';
import { askEngine } from '../engine/engine';
import { RootLooks } from '../root-looks';
import type { RunsService } from '../runs/service';
import { MixesModel } from './model';

/** New files are told by the watcher; where it misses them, after so many looks. */
const looksBetweenSearches = 5;

interface RefreshOptions { readonly findFiles?: boolean; readonly anew?: boolean }

export class MixesService implements vscode.Disposable {
  #model: { readonly root: string; readonly mixes: MixesModel } | undefined;
  readonly #looks = new RootLooks({
    visibleMs: 2_000,
    pattern: (root) => new vscode.RelativePattern(vscode.Uri.file(preclinicalFolder(root)), 'mixes/*/*/manifest.json'),
    look: (root, moved) => this.#look(root, moved),
  });
  readonly onDidChange = this.#looks.onDidChange;
  readonly #subscriptions: readonly { dispose(): unknown }[];
  /** What the next look is asked for beside the ordinary. */
  #asked: RefreshOptions = {};
  #looksMade = 0;

  constructor(private readonly context: vscode.ExtensionContext, private readonly runs: RunsService) {
    const files = vscode.workspace.createFileSystemWatcher('**/*.mix.yaml');
    const search = (): void => { void this.refresh({ findFiles: true }); };
    this.#subscriptions = [
      this.#looks, files, files.onDidCreate(search), files.onDidDelete(search), files.onDidChange(() => { void this.refresh(); }),
      runs.onDidChange(() => { if (this.#looks.isVisible) void this.refresh(); }),
      vscode.workspace.onDidChangeWorkspaceFolders(search),
      vscode.workspace.onDidGrantWorkspaceTrust(() => { void this.refresh({ anew: true }); }),
    ];
  }

  /** Undefined when no folder of this machine is open. */
  get model(): MixesModel | undefined {
    return this.#model?.mixes;
  }

  setVisible(view: string, visible: boolean): void {
    this.#looks.setVisible(view, visible);
  }

  /** `findFiles` also looks for new files; `anew` asks the engine of all. */
  refresh({ findFiles = false, anew = false }: RefreshOptions = {}): Promise<void> {
    this.#asked = { findFiles: findFiles || this.#asked.findFiles === true, anew: anew || this.#asked.anew === true };
    return this.#looks.refresh();
  }

  dispose(): void {
    for (const one of this.#subscriptions) one.dispose();
  }

  #look(root: string | undefined, moved: boolean): Promise<boolean> {
    if (moved) this.#model = root === undefined ? undefined : { root, mixes: this.#makeModel(root) };
    const { findFiles = false, anew = false } = this.#asked;
    this.#asked = {};
    this.#looksMade += 1;
    return this.#model?.mixes.refresh({ findFiles: findFiles || this.#looksMade % looksBetweenSearches === 1, anew }) ?? Promise.resolve(false);
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
}
