// One open form: its page, the snapshots it is sent, and the edits it asks for, done to the document one after the other.
import * as vscode from 'vscode';
import type { MixEdit } from '../../documents/mix/amounts/edit';
import type { TextEdit } from '../../documents/mix/edit';
import type { HostToMixForm, MixFormToHost } from '../../protocol/panels/mix';
import type { MixesService } from '../mixes/service';
import type { MixSizes } from '../mixes/sizes';
import { LivePage } from '../panel/live-page';
import { askForSource } from './ask-source';
import { BuildSummary } from './build-summary';
import { editsFor, readForm } from './read-form';
import { mixFormTexts } from './texts';

/** What every form needs of the window. */
export interface MixFormHome { readonly extensionUri: vscode.Uri; readonly sizes: MixSizes; readonly mixes: MixesService }

let opened = 0;
/** At an edit, while others change the text. */
const mostAttempts = 3;

export class MixFormSession implements vscode.Disposable {
  readonly #page: LivePage<MixFormToHost, HostToMixForm>;
  readonly #build: BuildSummary;
  readonly #name = `form ${++opened}`;
  readonly #subscription: vscode.Disposable;
  #edits = 0;
  #editing: Promise<void> = Promise.resolve();

  constructor(private readonly home: MixFormHome, private readonly document: vscode.TextDocument, private readonly panel: vscode.WebviewPanel) {
    const { sizes, mixes, extensionUri } = home;
    this.#build = new BuildSummary(mixes, document.uri.fsPath);
    this.#page = new LivePage({
      panel, extensionUri, name: 'mix',
      send: (anew) => {
        // A page that is made anew counts its edits anew.
        if (anew) this.#edits = 0;
        return this.#send();
      },
      take: (message) => this.#take(message),
    });
    const isOurs = (uri: vscode.Uri): boolean => uri.toString() === document.uri.toString();
    const look = (): void => { this.#page.refresh(); };
    const follow = (): void => { mixes.setVisible(this.#name, panel.visible); };
    this.#subscription = vscode.Disposable.from(
      sizes.onDidChange((uri) => { if (isOurs(uri)) look(); }),
      mixes.onDidChange(look),
      vscode.workspace.onDidChangeTextDocument((event) => { if (isOurs(event.document.uri)) look(); }),
      panel.onDidChangeViewState(follow),
    );
    follow();
    sizes.measure(document.uri);
  }

  dispose(): void {
    this.home.mixes.setVisible(this.#name, false);
    this.#subscription.dispose();
    this.#page.dispose();
  }

  async #take(message: Exclude<MixFormToHost, { type: 'ready' }>): Promise<void> {
    switch (message.type) {
      case 'edit':
        this.#editing = this.#editing.then(() => this.#edit(message));
        return this.#editing;
      case 'history':
        this.#editing = this.#editing.then(() => this.#step(message.step));
        return this.#editing;
      case 'addSource': {
        const source = await askForSource(this.document);
        if (!source) return;
        this.#editing = this.#editing.then(() => this.#apply({ addSource: source }));
        return this.#editing;
      }
      case 'openText': return this.#openText(message.line);
      case 'measure':
        this.home.sizes.measure(this.document.uri);
        return;
      case 'build':
        await this.document.save();
        await vscode.commands.executeCommand('preclinical.mix.build', this.document.uri);
        return;
      case 'preview':
        await vscode.commands.executeCommand('preclinical.mix.preview', this.document.uri, message.source);
        return;
      case 'openFindings':
        await vscode.commands.executeCommand('preclinical.mix.openFindings', this.document.uri);
    }
  }

  async #edit({ number, edit }: Extract<MixFormToHost, { type: 'edit' }>): Promise<void> {
    await this.#apply(edit);
    this.#edits = number;
    await this.#send();
  }

  /** Of the active editor, which this form is: its keys were pressed in it. */
  async #step(step: 'undo' | 'redo'): Promise<void> {
    if (this.panel.active) await vscode.commands.executeCommand(step === 'redo' ? 'redo' : 'undo');
  }

  /** One edit of the document, hence one step to undo. The editor refuses an edit of a text that has changed meanwhile: it is made anew. */
  async #apply(edit: MixEdit): Promise<void> {
    for (let attempt = 0; attempt < mostAttempts; attempt++) {
      const edits = editsFor(this.document.getText(), edit);
      if (!edits) break;
      if (await this.#change(edits)) return;
    }
    void vscode.window.showWarningMessage(vscode.l10n.t('The form cannot make this change without breaking the text: make it there.'));
  }

  async #change(edits: readonly TextEdit[]): Promise<boolean> {
    const { document } = this;
    const changes = new vscode.WorkspaceEdit();
    for (const { start, end, text } of edits) changes.replace(document.uri, new vscode.Range(document.positionAt(start), document.positionAt(end)), text);
    return edits.length === 0 || vscode.workspace.applyEdit(changes);
  }

  async #openText(line: number | undefined): Promise<void> {
    const place = line === undefined ? undefined : new vscode.Range(line - 1, 0, line - 1, 0);
    await vscode.window.showTextDocument(this.document, { viewColumn: this.panel.viewColumn ?? vscode.ViewColumn.Active, ...(place ? { selection: place } : {}) });
  }

  async #send(): Promise<void> {
    const { document } = this;
    const build = await this.#build.read();
    await this.#page.post({
      type: 'snapshot', edits: this.#edits, ...readForm(document.getText(), document.fileName),
      sizes: this.home.sizes.of(document.uri), unsaved: document.isDirty, ...(build ? { build } : {}), texts: mixFormTexts(),
    });
  }
}
