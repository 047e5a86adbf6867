// The Runs view: jobs newest first, a study as the tree of its steps.
import * as vscode from 'vscode';
import { describeEntry, describeFully, stateIcon, stateWord } from './describe';
import { contextWords, type RunEntry, type StepEntry, type StepState } from './entry';
import { matchesFilter } from './filter';
import type { RunsService } from './service';

export interface RunNode { readonly type: 'run'; readonly id: string; readonly folder: string }
/** `id` and `folder` are those of the step's job, once there is one. */
export interface StepNode { readonly type: 'step'; readonly study: string; readonly step: string; readonly id?: string; readonly folder?: string }
export type Node = RunNode | StepNode;

export class RunsTree implements vscode.TreeDataProvider<Node>, vscode.Disposable {
  readonly #changed = new vscode.EventEmitter<undefined>();
  readonly onDidChangeTreeData = this.#changed.event;
  readonly #subscription: vscode.Disposable;
  showArchived = false;
  /** Words that shown runs have; empty for all. */
  filter = '';

  constructor(private readonly service: RunsService) {
    this.#subscription = service.onDidChange(() => { this.#changed.fire(undefined); });
  }

  async getChildren(node?: Node): Promise<Node[]> {
    if (!node) {
      if (!this.service.model) await this.service.refresh();
      return this.shown().map(runNode);
    }
    const study = node.type === 'run' ? this.service.model?.find(node.id) : undefined;
    return study?.steps.map((step) => this.#stepNode(study, step)) ?? [];
  }

  /** Top entries that stand in the view. */
  shown(): RunEntry[] {
    const { model } = this.service;
    return (model?.top ?? []).filter((entry) => (this.showArchived || !entry.labels.archived) && matchesFilter(entry, this.filter, (id) => model?.find(id)));
  }

  getParent(node: Node): Node | undefined {
    const study = node.type === 'step' ? this.service.model?.find(node.study) : undefined;
    return study && runNode(study);
  }

  getTreeItem(node: Node): vscode.TreeItem {
    return node.type === 'run' ? this.#runItem(node) : this.#stepItem(node);
  }

  /** Where a job stands in the tree: by itself, or as the step of its study. */
  nodeOf(id: string): Node | undefined {
    const model = this.service.model;
    const owner = model?.studyOf(id);
    const step = owner?.study.steps.find((one) => one.step === owner.step);
    if (owner && step) return this.#stepNode(owner.study, step);
    const entry = model?.find(id);
    return entry && runNode(entry);
  }

  dispose(): void {
    this.#subscription.dispose();
    this.#changed.dispose();
  }

  #stepNode(study: RunEntry, { step, job }: StepEntry): StepNode {
    const folder = job === undefined ? undefined : this.service.model?.find(job)?.folder;
    return { type: 'step', study: study.id, step, ...(job !== undefined && folder !== undefined ? { id: job, folder } : {}) };
  }

  #runItem(node: RunNode): vscode.TreeItem {
    const entry = this.service.model?.find(node.id);
    if (!entry) return new vscode.TreeItem(node.id);
    const collapsible = entry.steps.length === 0 ? vscode.TreeItemCollapsibleState.None
      : entry.reading.alive ? vscode.TreeItemCollapsibleState.Expanded : vscode.TreeItemCollapsibleState.Collapsed;
    const item = new vscode.TreeItem(entry.name, collapsible);
    item.id = entry.id;
    return fill(item, entry.reading.state, describeEntry(entry, vscode.l10n.t), describeFully(entry, vscode.l10n.t), contextWords(entry), entry);
  }

  #stepItem(node: StepNode): vscode.TreeItem {
    const item = new vscode.TreeItem(node.step);
    item.id = `${node.study}/${node.step}`;
    const step = this.service.model?.find(node.study)?.steps.find((one) => one.step === node.step);
    if (!step) return item;
    const entry = node.id === undefined ? undefined : this.service.model?.find(node.id);
    const words = stateWord(step.state, vscode.l10n.t);
    const progress = entry && step.state === entry.reading.state ? describeEntry(entry, vscode.l10n.t) : '';
    const tooltip = [node.step, words, step.reason ?? '', entry ? describeFully(entry, vscode.l10n.t) : ''].filter(Boolean).join('\n');
    return fill(item, step.state, progress || (step.state === 'done' ? '' : words), tooltip, entry ? `${contextWords(entry)} step` : 'step', entry);
  }
}

function runNode({ id, folder }: RunEntry): RunNode {
  return { type: 'run', id, folder };
}

function fill(item: vscode.TreeItem, state: StepState, description: string, tooltip: string, contextValue: string, entry?: RunEntry): vscode.TreeItem {
  const { icon, color } = stateIcon(state);
  item.iconPath = new vscode.ThemeIcon(icon, color === undefined ? undefined : new vscode.ThemeColor(color));
  item.description = description;
  item.tooltip = tooltip;
  item.contextValue = contextValue;
  if (entry?.kind === 'train' || entry?.kind === 'import') item.command = { command: 'preclinical.curves.open', title: vscode.l10n.t('Open Loss Curves'), arguments: [entry.id] };
  const label = typeof item.label === 'string' ? item.label : item.label?.label ?? '';
  item.accessibilityInformation = { label: [label, stateWord(state, vscode.l10n.t), description].filter(Boolean).join(', ') };
  return item;
}
