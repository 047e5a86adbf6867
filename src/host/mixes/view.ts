// The Mixes view: mix files by name, and beneath each what was built of it.
import path from 'node:path';
import * as vscode from 'vscode';
import type { MixBuild } from '../../protocol/mix-plan';
import { describeFully, describeMix, describeSize, stateIcon } from './describe';
import { contextWords, type MixEntry } from './entry';
import type { MixesService } from './service';

export interface MixNode { readonly type: 'mix'; readonly file: string }
/** `folder` is that of the product. */
export interface BuildNode { readonly type: 'build'; readonly file: string; readonly folder: string }
export type Node = MixNode | BuildNode;

export class MixesTree implements vscode.TreeDataProvider<Node>, vscode.Disposable {
  readonly #changed = new vscode.EventEmitter<undefined>();
  readonly onDidChangeTreeData = this.#changed.event;
  readonly #subscription: vscode.Disposable;

  constructor(private readonly service: MixesService) {
    this.#subscription = service.onDidChange(() => { this.#changed.fire(undefined); });
  }

  async getChildren(node?: Node): Promise<Node[]> {
    if (!node) {
      if (!this.service.model) await this.service.refresh({ findFiles: true });
      return (this.service.model?.entries ?? []).map(({ file }) => ({ type: 'mix', file }));
    }
    const builds = node.type === 'mix' ? this.service.model?.find(node.file)?.builds ?? [] : [];
    return builds.map(({ folder }) => ({ type: 'build', file: node.file, folder }));
  }

  getParent(node: Node): Node | undefined {
    return node.type === 'build' ? { type: 'mix', file: node.file } : undefined;
  }

  getTreeItem(node: Node): vscode.TreeItem {
    const entry = this.service.model?.find(node.file);
    if (!entry) return new vscode.TreeItem(path.basename(node.file));
    if (node.type === 'mix') return mixItem(entry);
    const build = entry.builds.find(({ folder }) => folder === node.folder);
    return build ? buildItem(entry, build) : new vscode.TreeItem(path.basename(node.folder));
  }

  dispose(): void {
    this.#subscription.dispose();
    this.#changed.dispose();
  }
}

function mixItem(entry: MixEntry): vscode.TreeItem {
  const label = entry.name ?? path.basename(entry.file);
  const item = new vscode.TreeItem(label, entry.builds.length > 0 ? vscode.TreeItemCollapsibleState.Collapsed : vscode.TreeItemCollapsibleState.None);
  const { icon, color } = stateIcon(entry);
  item.id = entry.file;
  item.iconPath = new vscode.ThemeIcon(icon, color === undefined ? undefined : new vscode.ThemeColor(color));
  item.description = describeMix(entry, vscode.l10n.t);
  item.tooltip = describeFully(entry, vscode.l10n.t);
  item.contextValue = contextWords(entry);
  item.command = { command: 'preclinical.mix.openForm', title: vscode.l10n.t('Open Form'), arguments: [vscode.Uri.file(entry.file)] };
  item.accessibilityInformation = { label: `${label}, ${item.description}` };
  return item;
}

function buildItem(entry: MixEntry, build: MixBuild): vscode.TreeItem {
  const isCurrent = build.folder === entry.current?.folder;
  const item = new vscode.TreeItem(build.hash);
  item.id = build.folder;
  item.iconPath = new vscode.ThemeIcon(isCurrent ? 'pass-filled' : 'archive');
  item.description = [isCurrent ? vscode.l10n.t('current') : '', describeSize(build, vscode.l10n.t)].filter(Boolean).join(' · ');
  item.tooltip = [build.hash, new Date(build.builtAt).toLocaleString(vscode.env.language), build.folder].join('\n');
  item.contextValue = 'build hasManifest';
  item.command = { command: 'preclinical.mix.openFindings', title: vscode.l10n.t('Open Build Findings'), arguments: [{ type: 'build', file: entry.file, folder: build.folder } satisfies BuildNode] };
  item.accessibilityInformation = { label: `${build.hash}, ${item.description}` };
  return item;
}
