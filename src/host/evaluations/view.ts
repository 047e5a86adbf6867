// The Evaluations view: runs with what was asked of their checkpoints, newest first, and the scores of each task.
import path from 'node:path';
import * as vscode from 'vscode';
import { jobIdTime } from '../../runs/id';
import { describeEntry, describeFully, stateIcon, stateWord } from '../runs/describe';
import { contextWords, type RunEntry } from '../runs/entry';
import type { RunsService } from '../runs/service';
import { groupEvaluations } from './groups';
import { EvaluationsModel } from './model';
import { describeScores, describeTask } from './words';

/** `id` is that of the run, so that commands about runs take this node too. */
export interface GroupNode { readonly type: 'group'; readonly id?: string }
export interface EvaluationNode { readonly type: 'evaluation'; readonly id: string }
/** `id` is that of the evaluation. */
export interface TaskNode { readonly type: 'task'; readonly id: string; readonly task: string }
export type Node = GroupNode | EvaluationNode | TaskNode;

export class EvaluationsTree implements vscode.TreeDataProvider<Node>, vscode.Disposable {
  readonly #changed = new vscode.EventEmitter<undefined>();
  readonly onDidChangeTreeData = this.#changed.event;
  readonly #subscription: vscode.Disposable;
  readonly model = new EvaluationsModel();
  showArchived = false;

  constructor(private readonly service: RunsService) {
    this.#subscription = service.onDidChange(() => { void this.refresh(); });
  }

  async refresh(): Promise<void> {
    await this.model.refresh(this.service.model?.entries ?? []);
    this.#changed.fire(undefined);
  }

  async getChildren(node?: Node): Promise<Node[]> {
    if (!node) {
      if (!this.service.model) await this.service.refresh();
      await this.model.refresh(this.service.model?.entries ?? []);
      return this.#groups().map(({ of }) => groupNode(of));
    }
    if (node.type === 'group') return this.#groups().find(({ of }) => of === node.id)?.evaluations.map(evaluationNode) ?? [];
    if (node.type === 'evaluation') return this.model.facts(node.id)?.scores?.tasks.map(({ task }) => ({ type: 'task', id: node.id, task })) ?? [];
    return [];
  }

  getParent(node: Node): Node | undefined {
    if (node.type === 'group') return undefined;
    const entry = this.service.model?.find(node.id);
    return node.type === 'task' ? evaluationNode({ id: node.id }) : groupNode(entry?.of);
  }

  getTreeItem(node: Node): vscode.TreeItem {
    switch (node.type) {
      case 'group': return this.#groupItem(node);
      case 'evaluation': return this.#evaluationItem(node);
      case 'task': return this.#taskItem(node);
    }
  }

  dispose(): void {
    this.#subscription.dispose();
    this.#changed.dispose();
  }

  #groups(): ReturnType<typeof groupEvaluations> {
    return groupEvaluations(this.service.model?.entries ?? [], this.showArchived);
  }

  #groupItem(node: GroupNode): vscode.TreeItem {
    const run = node.id === undefined ? undefined : this.service.model?.find(node.id);
    const owner = node.id === undefined ? undefined : this.service.model?.studyOf(node.id);
    const label = run?.name ?? (node.id === undefined ? vscode.l10n.t('Other checkpoints') : node.id);
    const item = new vscode.TreeItem(label, vscode.TreeItemCollapsibleState.Expanded);
    item.id = `group ${node.id ?? ''}`;
    item.description = owner ? owner.study.name : '';
    item.tooltip = run ? describeFully(run, vscode.l10n.t) : label;
    item.iconPath = new vscode.ThemeIcon('symbol-constant');
    item.contextValue = run ? 'group run' : 'group';
    return item;
  }

  #evaluationItem({ id }: EvaluationNode): vscode.TreeItem {
    const entry = this.service.model?.find(id);
    const facts = this.model.facts(id);
    const scores = facts?.scores;
    const item = new vscode.TreeItem(entry?.name ?? id, scores ? vscode.TreeItemCollapsibleState.Collapsed : vscode.TreeItemCollapsibleState.None);
    item.id = id;
    if (!entry) return item;
    const { t } = vscode.l10n;
    const state = entry.reading.state;
    const { icon, color } = stateIcon(state);
    item.iconPath = new vscode.ThemeIcon(state === 'done' ? 'checklist' : icon, color === undefined || state === 'done' ? undefined : new vscode.ThemeColor(color));
    item.description = [
      scores && state === 'done' ? describeScores(scores, t) : describeEntry(entry, t) || stateWord(state, t),
      facts?.limit === undefined ? '' : t('first {0}', facts.limit),
      scores && state === 'done' ? labelWords(entry, t) : '',
    ].filter(Boolean).join(' · ');
    item.tooltip = [describeFully(entry, t), facts ? path.posix.basename(facts.checkpoint) : '', jobIdTime(id)?.toLocaleString(vscode.env.language) ?? ''].filter(Boolean).join('\n');
    item.contextValue = `${contextWords(entry)}${scores ? ' scored' : ''}`;
    if (scores) item.command = { command: 'preclinical.evaluation.open', title: t('Open Results'), arguments: [id] };
    item.accessibilityInformation = { label: [entry.name, stateWord(state, t), item.description].join(', ') };
    return item;
  }

  #taskItem({ id, task }: TaskNode): vscode.TreeItem {
    const scores = this.model.facts(id)?.scores?.tasks.find((one) => one.task === task);
    const item = new vscode.TreeItem(task);
    item.id = `${id}/${task}`;
    item.iconPath = new vscode.ThemeIcon('symbol-number');
    if (!scores) return item;
    item.description = describeTask(scores);
    item.tooltip = [task, describeTask(scores), vscode.l10n.t('{0} questions, {1} shots', scores.items, scores.fewshotCount)].join('\n');
    item.contextValue = 'task';
    item.command = { command: 'preclinical.evaluation.open', title: vscode.l10n.t('Open Results'), arguments: [id] };
    return item;
  }
}

function labelWords({ labels }: RunEntry, t: (message: string) => string): string {
  return [labels.star ? '★' : '', labels.archived ? t('archived') : '', (labels.tags ?? []).map((tag) => `#${tag}`).join(' ')].filter(Boolean).join(' ');
}

function groupNode(of: string | undefined): GroupNode {
  return { type: 'group', ...(of === undefined ? {} : { id: of }) };
}

export function evaluationNode({ id }: { readonly id: string }): EvaluationNode {
  return { type: 'evaluation', id };
}
