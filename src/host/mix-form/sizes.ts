// Sizes of a mix file's sources, asked of the engine: when the form opens, when the file is saved, and when the user asks.
// One question at a time; what comes meanwhile is asked once more afterwards.
import path from 'node:path';
import * as vscode from 'vscode';
import type { MixPlanAnswer } from '../../protocol/mix-plan';
import type { FormSizes } from '../../protocol/panels/mix';
import { askEngine } from '../engine/engine';
import { workspaceRoot } from '../root';

export class MixSizes implements vscode.Disposable {
  readonly #changed = new vscode.EventEmitter<void>();
  readonly onDidChange = this.#changed.event;
  readonly #ended = new vscode.CancellationTokenSource();
  #sizes: FormSizes = { state: 'measuring', bySource: {} };
  #asking = false;
  #again = false;

  constructor(private readonly context: vscode.ExtensionContext, private readonly uri: vscode.Uri) {}

  get current(): FormSizes {
    return this.#sizes;
  }

  measure(): void {
    if (this.#asking) this.#again = true;
    else void this.#ask();
  }

  dispose(): void {
    this.#ended.cancel();
    this.#ended.dispose();
    this.#changed.dispose();
  }

  async #ask(): Promise<void> {
    this.#asking = true;
    do {
      this.#again = false;
      const { bySource } = this.#sizes;
      this.#set({ state: 'measuring', bySource });
      const found = await this.#answer().catch((error: unknown): FormSizes => ({ state: 'failed', bySource, words: error instanceof Error ? error.message : String(error) }));
      this.#set(found);
    } while (this.#wasAskedAgain());
    this.#asking = false;
  }

  #wasAskedAgain(): boolean {
    return this.#again && !this.#ended.token.isCancellationRequested;
  }

  async #answer(): Promise<FormSizes> {
    const { bySource } = this.#sizes;
    if (this.uri.scheme !== 'file') return { state: 'unsaved', bySource };
    if (!vscode.workspace.isTrusted) return { state: 'untrusted', bySource };
    const root = workspaceRoot() ?? path.dirname(this.uri.fsPath);
    const { code, stdout, stderr } = await askEngine(this.context, root, ['mix', 'plan', this.uri.fsPath, '--json'], this.#ended.token);
    if (code !== 0) return { state: 'failed', bySource, words: stderr.trim() };
    const { sources, built } = JSON.parse(stdout) as MixPlanAnswer;
    return { state: 'measured', bySource: Object.fromEntries(Object.entries(sources).map(([name, { documents, tokens, bytes }]) => [name, { documents, tokens, bytes }])), built };
  }

  #set(sizes: FormSizes): void {
    if (this.#ended.token.isCancellationRequested) return;
    this.#sizes = sizes;
    this.#changed.fire();
  }
}
