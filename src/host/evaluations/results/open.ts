// One results panel a window: the commands open it or show other evaluations in it, and it returns after a reload.
import * as vscode from 'vscode';
import type { ResultsScope } from '../../../protocol/panels/results';
import type { RunsService } from '../../runs/service';
import { ResultsPanel } from './panel';

const resultsViewType = 'preclinical.results';

export class ResultsPanels implements vscode.Disposable {
  #open: ResultsPanel | undefined;
  readonly #serializer: vscode.Disposable;

  constructor(private readonly extension: vscode.ExtensionContext, private readonly runs: RunsService) {
    this.#serializer = vscode.window.registerWebviewPanelSerializer(resultsViewType, {
      deserializeWebviewPanel: async (panel, state: { readonly scope?: unknown } | undefined) => {
        await this.runs.refresh();
        this.#adopt(panel, scopeFrom(state?.scope));
      },
    });
  }

  async show(scope: ResultsScope): Promise<void> {
    if (this.#open) await this.#open.show(scope);
    else this.#adopt(vscode.window.createWebviewPanel(resultsViewType, vscode.l10n.t('Evaluation Results'), vscode.ViewColumn.Active), scope);
  }

  /** The panel itself stays: the editor brings it back after a reload. */
  dispose(): void {
    this.#serializer.dispose();
    this.#open?.dispose();
  }

  #adopt(panel: vscode.WebviewPanel, scope: ResultsScope): void {
    const results = new ResultsPanel(panel, this.extension, this.runs, scope);
    this.#open = results;
    panel.onDidDispose(() => {
      results.dispose();
      if (this.#open === results) this.#open = undefined;
    });
  }
}

/** What a page left behind is taken as far as it makes sense. */
function scopeFrom(kept: unknown): ResultsScope {
  const { focus, pair } = (kept ?? {}) as { readonly focus?: unknown; readonly pair?: unknown };
  const texts = (value: unknown): string[] => (Array.isArray(value) ? value.filter((one) => typeof one === 'string') : []);
  const [first, second] = texts(pair);
  return { ...(Array.isArray(focus) ? { focus: texts(focus) } : {}), ...(first === undefined || second === undefined ? {} : { pair: [first, second] }) };
}
