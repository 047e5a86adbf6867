// Keeps the model of the window's runs current.
import * as vscode from 'vscode';
import { runsFolder } from '../../runs/layout';
import { RootLooks } from '../root-looks';
import { RunsModel } from './model';

export class RunsService implements vscode.Disposable {
  #model: RunsModel | undefined;
  readonly #looks = new RootLooks({
    visibleMs: 2_000,
    // Short enough to judge heartbeats, which count as watched only when looked at every ten seconds.
    hiddenMs: 5_000,
    pattern: (root) => new vscode.RelativePattern(vscode.Uri.file(runsFolder(root)), '*/{status,labels}.json'),
    look: (root, moved) => {
      if (moved) this.#model = root === undefined ? undefined : new RunsModel(root);
      return this.#model?.refresh() ?? Promise.resolve(false);
    },
  });
  readonly onDidChange = this.#looks.onDidChange;

  constructor() {
    this.#looks.start();
  }

  /** Undefined when no folder of this machine is open. */
  get model(): RunsModel | undefined {
    return this.#model;
  }

  /** Looks more often while any view shows what it knows. */
  setVisible(view: string, visible: boolean): void {
    this.#looks.setVisible(view, visible);
  }

  /** Looks at the folders now. */
  refresh(): Promise<void> {
    return this.#looks.refresh();
  }

  /** Says that something outside the folders changed what views show. */
  touch(): void {
    this.#looks.touch();
  }

  dispose(): void {
    this.#looks.dispose();
  }
}
