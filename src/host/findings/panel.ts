// One panel of a build's findings: its page, the snapshots and pages of lists it is sent, and the texts it leads to.
import path from 'node:path';
import * as vscode from 'vscode';
import { readMix } from '../../documents/mix/parse';
import { type FindingsScope, type FindingsSnapshot, type FindingsToHost, type HostToFindings, findingLists, findingsCommands } from '../../protocol/panels/findings';
import { shownBuild } from '../mixes/entry';
import type { MixesService } from '../mixes/service';
import { LivePage } from '../panel/live-page';
import { BuildFiles } from './build-files';
import type { FoundTexts } from './open';
import { findingsTexts } from './texts';

export interface FindingsHome { readonly extensionUri: vscode.Uri; readonly mixes: MixesService; readonly texts: FoundTexts }

let opened = 0;

export class FindingsPanel implements vscode.Disposable {
  readonly #page: LivePage<FindingsToHost, HostToFindings>;
  readonly #name = `findings ${++opened}`;
  readonly #subscription: vscode.Disposable;
  #scope: FindingsScope;
  #files: BuildFiles | undefined;
  #sent = '';

  constructor(private readonly home: FindingsHome, readonly panel: vscode.WebviewPanel, scope: FindingsScope) {
    this.#scope = scope;
    panel.title = vscode.l10n.t('Findings: {0}', path.basename(scope.file).replace(/\.mix\.yaml$/, ''));
    this.#page = new LivePage({
      panel, extensionUri: home.extensionUri, name: 'findings', signals: [home.mixes.onDidChange],
      send: (anew) => this.#send(anew), take: (message) => this.#take(message),
    });
    const follow = (): void => { home.mixes.setVisible(this.#name, panel.visible); };
    this.#subscription = panel.onDidChangeViewState(follow);
    follow();
  }

  get scope(): FindingsScope {
    return this.#scope;
  }

  /** Another build of the same mix. */
  async show(scope: FindingsScope): Promise<void> {
    this.#scope = scope;
    this.panel.reveal();
    await this.#send(true);
  }

  dispose(): void {
    this.home.mixes.setVisible(this.#name, false);
    this.#subscription.dispose();
    this.#page.dispose();
  }

  async #take(message: Exclude<FindingsToHost, { type: 'ready' }>): Promise<void> {
    const { file } = this.#scope;
    switch (message.type) {
      case 'page': {
        if (!findingLists.includes(message.list)) return;
        const page = await this.#files?.page(message.list, message.filter, message.from);
        if (page) await this.#page.post(page);
        return;
      }
      case 'texts': {
        const texts = await this.#files?.texts(message.sample);
        if (texts) await this.#page.post(texts);
        return;
      }
      case 'open': return saying(() => this.home.texts.open(file, message.document, message.stretch));
      case 'compare': return saying(() => this.home.texts.compare(file, message.left, message.right));
      case 'command':
        // The command is part of a name: only those of this panel.
        if (findingsCommands.includes(message.command)) await vscode.commands.executeCommand(`preclinical.mix.${message.command}`, this.#targetOf(message.command));
    }
  }

  #targetOf(command: string): unknown {
    const uri = vscode.Uri.file(this.#scope.file);
    return command === 'build' || command === 'openForm' || !this.#files ? uri : { file: this.#scope.file, folder: this.#files.folder };
  }

  async #send(anew: boolean): Promise<void> {
    const snapshot = await this.#snapshot();
    const said = JSON.stringify(snapshot);
    if (!anew && said === this.#sent) return;
    this.#sent = said;
    await this.#page.post(snapshot);
  }

  async #snapshot(): Promise<FindingsSnapshot> {
    const { mixes } = this.home;
    const scope = this.#scope;
    if (!mixes.model?.find(scope.file)) await mixes.refresh({ findFiles: true });
    const entry = mixes.model?.find(scope.file);
    const folder = scope.folder ?? (entry && shownBuild(entry)?.folder);
    if (folder !== this.#files?.folder) this.#files = folder === undefined ? undefined : new BuildFiles(folder);
    const build = await this.#files?.describe();
    const isCurrent = entry?.current ? entry.current.folder === folder : entry?.state === 'outOfDate' ? false : undefined;
    const roles = await rolesOf(scope.file);
    return {
      type: 'snapshot', scope, texts: findingsTexts(),
      ...(build ? { build: { ...build, funnel: build.funnel.map((one) => ({ ...one, ...(roles[one.name] ? { role: roles[one.name]! } : {}) })), ...(isCurrent === undefined ? {} : { isCurrent }) } } : {}),
    };
  }
}

async function rolesOf(file: string): Promise<Readonly<Record<string, 'target' | 'replay'>>> {
  const text = await vscode.workspace.fs.readFile(vscode.Uri.file(file)).then((bytes) => Buffer.from(bytes).toString('utf8'), () => '');
  return Object.fromEntries(Object.entries(readMix(text, file).document?.sources ?? {}).map(([name, { role }]) => [name, role]));
}

async function saying(run: () => Promise<void>): Promise<void> {
  try {
    await run();
  } catch (error) {
    void vscode.window.showErrorMessage(error instanceof Error ? error.message : String(error));
  }
}
