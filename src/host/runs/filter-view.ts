// The filter of the Runs view: typed in a box while the view follows, said above the runs until it is cleared.
import * as vscode from 'vscode';
import { registerGuarded, setContext } from '../commands';
import type { RunsService } from './service';
import type { Node, RunsTree } from './view';

export function registerFilter(service: RunsService, tree: RunsTree, view: vscode.TreeView<Node>): vscode.Disposable[] {
  const apply = (filter: string): void => {
    tree.filter = filter.trim();
    setContext('preclinical.filtersRuns', tree.filter !== '');
    service.touch();
  };
  const say = (): void => {
    const all = service.model?.top.length ?? 0;
    // A view takes no undefined here where exact optional types are asked for; an empty message is none.
    view.message = tree.filter === '' ? '' : vscode.l10n.t('Filter: {0} ({1} of {2})', tree.filter, tree.shown().length, all);
  };
  return [
    service.onDidChange(say),
    registerGuarded('preclinical.runs.filter', async (text) => {
      if (typeof text === 'string') apply(text);
      else await ask(tree.filter, apply);
    }),
    registerGuarded('preclinical.runs.clearFilter', () => { apply(''); }),
  ];
}

/** The view follows every letter; Escape brings back what was there. */
async function ask(before: string, apply: (filter: string) => void): Promise<void> {
  const chosen = await vscode.window.showInputBox({
    title: vscode.l10n.t('Filter Runs'), value: before, prompt: vscode.l10n.t('Name, state, kind, file or id; #tag for a tag. Every word must fit.'),
    validateInput: (text) => { apply(text); return undefined; },
  });
  apply(chosen ?? before);
}
