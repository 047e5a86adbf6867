// The Prompts view: the prompt files of the workspace, under each what was asked inline and its prompt jobs.
import path from 'node:path';
import * as vscode from 'vscode';
import { stateIcon, stateWord } from '../runs/describe';
import { contextWords, type RunEntry } from '../runs/entry';
import type { RunsService } from '../runs/service';
import { describeAsks, describeJob, explainJob } from './describe';
import type { Prompts } from './prompts';
import { ScoresReader } from './results';

export interface CotNode { readonly type: 'cot'; readonly file: string }
export interface AsksNode { readonly type: 'asks'; readonly file: string }
export interface JobNode { readonly type: 'job'; readonly file: string; readonly id: string; readonly folder: string }
export type PromptNode = CotNode | AsksNode | JobNode;

export class PromptsTree implements vscode.TreeDataProvider<PromptNode>, vscode.Disposable {
  readonly #changed = new vscode.EventEmitter<undefined>();
  readonly onDidChangeTreeData = this.#changed.event;
  readonly #scores = new ScoresReader();
  readonly #subscriptions: vscode.Disposable[];
  #last = '';

  constructor(private readonly prompts: Prompts, private readonly runs: RunsService) {
    this.#subscriptions = [
      runs.onDidChange(() => { this.#changed.fire(undefined); }),
      prompts.onDidChange(() => {
        const { cots, book } = prompts;
        const now = JSON.stringify([cots.files, cots.sets, book.keptRecords, book.underWay.map(({ id }) => id)]);
        if (now === this.#last) return;
        this.#last = now;
        this.#changed.fire(undefined);
      }),
    ];
  }

  async getChildren(node?: PromptNode): Promise<PromptNode[]> {
    if (!node) {
      await this.prompts.cots.ready();
      return this.prompts.cots.files.map((file): CotNode => ({ type: 'cot', file }));
    }
    if (node.type !== 'cot') return [];
    const asked = this.prompts.book.newestAskedWith(this.prompts.storedPath(node.file)).length > 0;
    return [
      ...(asked ? [{ type: 'asks', file: node.file } satisfies AsksNode] : []),
      ...this.#jobsOf(node.file).map(({ id, folder }): JobNode => ({ type: 'job', file: node.file, id, folder })),
    ];
  }

  getParent(node: PromptNode): PromptNode | undefined {
    return node.type === 'cot' ? undefined : { type: 'cot', file: node.file };
  }

  async getTreeItem(node: PromptNode): Promise<vscode.TreeItem> {
    switch (node.type) {
      case 'cot': return this.#cotItem(node);
      case 'asks': return this.#asksItem(node);
      case 'job': return this.#jobItem(node);
    }
  }

  dispose(): void {
    for (const one of this.#subscriptions) one.dispose();
    this.#changed.dispose();
  }

  /** Jobs of a prompt file, newest first, whoever started them. */
  #jobsOf(file: string): RunEntry[] {
    const stored = this.prompts.storedPath(file);
    return (this.runs.model?.entries ?? []).filter((entry) => entry.kind === 'prompt' && entry.file === stored && !entry.labels.archived);
  }

  #cotItem({ file }: CotNode): vscode.TreeItem {
    const item = new vscode.TreeItem(path.basename(file), vscode.TreeItemCollapsibleState.Expanded);
    const cot = this.prompts.cots.find(file);
    item.id = file;
    item.iconPath = new vscode.ThemeIcon(cot ? 'comment-discussion' : 'warning');
    item.description = cot ? path.basename(cot.questions) : vscode.l10n.t('has errors');
    item.tooltip = [vscode.workspace.asRelativePath(file), cot?.settings.description ?? '', cot?.settings.strategies.join(', ') ?? ''].filter(Boolean).join('\n');
    item.contextValue = cot ? 'cot' : 'cot-broken';
    item.command = { command: 'vscode.open', title: vscode.l10n.t('Open'), arguments: [vscode.Uri.file(file)] };
    return item;
  }

  #asksItem({ file }: AsksNode): vscode.TreeItem {
    const { t } = vscode.l10n;
    const newest = this.prompts.book.newestAskedWith(this.prompts.storedPath(file));
    const asks = newest.some(({ phase }) => phase === 'asking' || phase === 'starting' || phase === 'downloading');
    const item = new vscode.TreeItem(t('Inline answers'));
    item.id = `${file}/asks`;
    item.iconPath = new vscode.ThemeIcon(asks ? 'loading~spin' : 'comment');
    item.description = describeAsks(newest, t);
    item.tooltip = `${t('The newest answer to each question asked in the editor with this prompt file.')}\n${item.description}`;
    item.contextValue = asks ? 'asks asking' : 'asks';
    item.command = { command: 'preclinical.prompts.openQuestions', title: t('Open Questions'), arguments: [{ file }] };
    return item;
  }

  async #jobItem(node: JobNode): Promise<vscode.TreeItem> {
    const { t } = vscode.l10n;
    const entry = this.runs.model?.find(node.id);
    if (!entry) return new vscode.TreeItem(node.id);
    const owner = this.runs.model?.studyOf(node.id);
    const scores = await this.#scores.read(node.folder);
    const label = owner ? `${owner.study.name}/${owner.step}` : scores?.model ?? entry.name;
    const item = new vscode.TreeItem(label);
    const { icon, color } = stateIcon(entry.reading.state);
    item.id = node.id;
    item.iconPath = new vscode.ThemeIcon(icon, color === undefined ? undefined : new vscode.ThemeColor(color));
    item.description = describeJob(entry, scores, t);
    item.tooltip = explainJob(entry, scores, t);
    item.contextValue = `prompt-${contextWords(entry)}`;
    item.accessibilityInformation = { label: `${label}, ${stateWord(entry.reading.state, t)}, ${item.description}` };
    item.command = { command: 'preclinical.prompts.openResults', title: t('Open Results'), arguments: [node.id] };
    return item;
  }
}
