// Registers prompt experiments in the editor: lenses, inline answers, hover, answer documents, the Prompts view, commands.
import * as vscode from 'vscode';
import type { Models } from '../models/model';
import type { RunsService } from '../runs/service';
import { registerAnswerDocuments } from './answer-document';
import { askFirst, askQuestion, askQuestionTimes, cancelAsks, openDetails, openQuestions } from './ask';
import { clearCache, clearKept } from './clear';
import { InlineAnswers } from './decorations';
import { answerHover } from './hover';
import { questionSets, registerLenses } from './lenses';
import { newExperiment } from './new';
import { Prompts } from './prompts';
import { runExperiment, runTimes } from './run';
import { type PromptNode, PromptsTree } from './view';
import { cotForSet } from './where';

/** What tests inside VS Code may ask about prompt experiments. */
export interface PromptsApi { readonly prompts: Prompts; readonly inline: InlineAnswers; readonly tree: PromptsTree }

type Command = (target: unknown, second: unknown, third: unknown) => unknown;

export function registerPrompts(context: vscode.ExtensionContext, runs: RunsService, models: Models): { readonly api: PromptsApi; readonly disposables: { dispose(): unknown }[] } {
  const prompts = new Prompts(context, models);
  const inline = new InlineAnswers(prompts);
  const tree = new PromptsTree(prompts, runs);
  const view = vscode.window.createTreeView<PromptNode>('preclinical.prompts', { treeDataProvider: tree, showCollapseAll: true });
  const parts = { context, runs, prompts };
  const commands: Readonly<Record<string, Command>> = {
    'preclinical.prompts.run': (target, confirmed) => runExperiment(parts, target, confirmed === true ? { confirmed } : {}),
    'preclinical.prompts.runTimes': (target, times, sampled) => runTimes(parts, target, times, sampled),
    'preclinical.prompts.ask': (target, line) => askQuestion(prompts, target, line),
    'preclinical.prompts.askTimes': (target, line, times) => askQuestionTimes(prompts, target, line, times),
    'preclinical.prompts.askFirst': (target) => askFirst(prompts, target),
    'preclinical.prompts.openQuestions': (target) => openQuestions(prompts, target),
    'preclinical.prompts.details': (target, line) => openDetails(prompts, target, line),
    'preclinical.prompts.cancel': (target, line) => { cancelAsks(prompts, target, line); },
    'preclinical.prompts.chooseCot': (target) => chooseCot(prompts, target),
    'preclinical.prompts.clearInline': () => { prompts.clearInline(); },
    'preclinical.prompts.clearKept': (confirmed) => clearKept(prompts, confirmed),
    'preclinical.prompts.clearCache': (confirmed) => clearCache(parts, confirmed),
    'preclinical.prompts.new': (questions, file) => newExperiment(questions, file),
    'preclinical.prompts.refresh': async () => { await Promise.all([prompts.cots.refresh(), prompts.kept.refresh(), runs.refresh()]); },
  };
  const follow = (): void => { prompts.kept.setVisible(view.visible || vscode.window.visibleTextEditors.some(({ document }) => prompts.isQuestionSet(document))); };
  const tell = (): void => {
    setContext('preclinical.hasPrompts', prompts.cots.files.length > 0);
    setContext('preclinical.hasKeptAnswers', prompts.book.keptRecords > 0);
    setContext('preclinical.asking', prompts.book.underWay.length > 0);
  };
  tell();
  return {
    api: { prompts, inline, tree },
    disposables: [
      prompts, inline, tree, view,
      prompts.onDidChange(tell), prompts.onDidChange(follow), view.onDidChangeVisibility(follow), vscode.window.onDidChangeVisibleTextEditors(follow),
      ...registerLenses(prompts), ...registerAnswerDocuments(prompts),
      vscode.languages.registerHoverProvider(questionSets, answerHover(prompts)),
      ...Object.entries(commands).map(([name, run]) => vscode.commands.registerCommand(name, guarded(run))),
    ],
  };
}

async function chooseCot(prompts: Prompts, target: unknown): Promise<void> {
  const uri = target instanceof vscode.Uri ? target : vscode.window.activeTextEditor?.document.uri;
  if (!uri?.path.endsWith('.jsonl')) throw new Error(vscode.l10n.t('Open a question set (*.jsonl) first.'));
  await cotForSet(prompts, uri.fsPath, true);
}

/** Errors of a user's making are shown as they read, without the word of a bug. */
function guarded(run: Command): Command {
  return async (target, second, third) => {
    try {
      return await run(target, second, third);
    } catch (error) {
      void vscode.window.showErrorMessage(error instanceof Error ? error.message : String(error));
      return undefined;
    }
  };
}

function setContext(key: string, value: boolean): void {
  void vscode.commands.executeCommand('setContext', key, value);
}
