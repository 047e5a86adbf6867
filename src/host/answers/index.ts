// Answers to a question set, questions × variants: the command that opens them and their return after a reload.
import * as vscode from 'vscode';
import type { AnswersScope } from '../../protocol/panels/answers';
import { workspaceRoot } from '../root';
import type { RunsService } from '../runs/service';
import { AnswersPanel } from './panel';
import { pickSet, scopeOf } from './sets';

const answersViewType = 'preclinical.answers';

export function registerAnswers(context: vscode.ExtensionContext, runs: RunsService): vscode.Disposable[] {
  const { t } = vscode.l10n;
  const open = new Set<AnswersPanel>();
  const adopt = (panel: vscode.WebviewPanel, root: string, scope: AnswersScope): void => {
    const answers = new AnswersPanel(panel, context.extensionUri, root, runs, scope);
    open.add(answers);
    panel.onDidDispose(() => {
      open.delete(answers);
      answers.dispose();
    });
  };
  const show = async (target: unknown): Promise<void> => {
    const root = workspaceRoot();
    if (root === undefined) throw new Error(t('Open a folder first: answers are kept in it.'));
    await runs.refresh();
    const entries = runs.model?.entries ?? [];
    const named = targetOf(target);
    const scope = named === undefined ? await pickSet(root, entries) : await scopeOf(root, entries, named);
    if (!scope) return;
    const shown = [...open].find((one) => one.questions === scope.questions);
    if (shown) await shown.show(scope);
    else adopt(vscode.window.createWebviewPanel(answersViewType, t('Prompt Results'), vscode.ViewColumn.Active), root, scope);
  };
  return [
    vscode.commands.registerCommand('preclinical.prompts.openResults', async (target?: unknown) => {
      try {
        await show(target);
      } catch (error) {
        void vscode.window.showErrorMessage(error instanceof Error ? error.message : String(error));
      }
    }),
    vscode.window.registerWebviewPanelSerializer(answersViewType, {
      deserializeWebviewPanel: async (panel, state: { readonly scope?: Partial<AnswersScope> } | undefined) => {
        const root = workspaceRoot();
        const { questions, focus } = state?.scope ?? {};
        if (root === undefined || typeof questions !== 'string') panel.dispose();
        else {
          await runs.refresh();
          adopt(panel, root, { questions, ...(typeof focus === 'string' ? { focus } : {}) });
        }
      },
    }),
    // The panels themselves stay: the editor brings them back after a reload.
    new vscode.Disposable(() => { for (const one of open) one.dispose(); }),
  ];
}

/** A .cot file, a job's id, or an item of a view that has one or the other. */
function targetOf(target: unknown): string | vscode.Uri | undefined {
  if (typeof target === 'string' || target instanceof vscode.Uri) return target;
  const { id, file } = (target ?? {}) as { id?: unknown; file?: unknown };
  if (typeof id === 'string') return id;
  return typeof file === 'string' ? vscode.Uri.file(file) : undefined;
}
