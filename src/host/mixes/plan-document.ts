// Plans of mixes as read-only documents: what `preclinical mix plan` prints.
import path from 'node:path';
import * as vscode from 'vscode';

const scheme = 'preclinical-mix-plan';

export class PlanDocuments implements vscode.TextDocumentContentProvider, vscode.Disposable {
  readonly #texts = new Map<string, string>();
  readonly #changed = new vscode.EventEmitter<vscode.Uri>();
  readonly onDidChange = this.#changed.event;
  readonly #registration = vscode.workspace.registerTextDocumentContentProvider(scheme, this);

  provideTextDocumentContent(uri: vscode.Uri): string {
    return this.#texts.get(uri.toString()) ?? vscode.l10n.t('Plan the mix again to see its plan.');
  }

  async show(mix: vscode.Uri, text: string): Promise<void> {
    const name = path.basename(mix.fsPath).replace(/\.mix\.yaml$/, '');
    const uri = vscode.Uri.from({ scheme, path: `/${vscode.l10n.t('Plan of {0}', name)}.txt`, query: mix.toString() });
    this.#texts.set(uri.toString(), text);
    this.#changed.fire(uri);
    await vscode.window.showTextDocument(uri, { preview: true });
  }

  dispose(): void {
    this.#registration.dispose();
    this.#changed.dispose();
  }
}
