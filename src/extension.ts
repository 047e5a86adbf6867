// Entry of the VS Code extension: reads as a table of contents of what it registers.
import * as vscode from 'vscode';
import { registerAnswers } from './host/answers';
import { registerCurves } from './host/curves';
import { type EvaluationsApi, registerEvaluations } from './host/evaluations/register';
import { registerFiles } from './host/files/register';
import { registerFindings } from './host/findings/register';
import { registerMixForm } from './host/mix-form/register';
import { type MixesApi, registerMixes } from './host/mixes/register';
import { type ModelsParts, registerModels } from './host/models/register';
import { type PromptsApi, registerPrompts } from './host/prompts/register';
import { registerRuns, type RunsApi } from './host/runs/register';
import { registerSample } from './host/sample/register';
import { TextViews } from './host/text/views';
import { registerWalkthrough } from './host/walkthrough/register';

/** What this extension offers to others in the same window. */
export interface PreclinicalApi {
  readonly runs: RunsApi;
  readonly mixes: MixesApi;
  readonly evaluations: EvaluationsApi;
  /** To tests of this extension only: these hand out keys and answers. */
  readonly prompts?: PromptsApi;
  readonly models?: ModelsParts;
}

export function activate(context: vscode.ExtensionContext): PreclinicalApi {
  const views = new TextViews();
  const runs = registerRuns(context, views);
  const mixes = registerMixes(context, runs.api, views);
  const evaluations = registerEvaluations(context, runs.api.service);
  const models = registerModels(context, runs.api.service);
  const prompts = registerPrompts(context, runs.api.service, models.models);
  context.subscriptions.push(
    vscode.commands.registerCommand('preclinical.showVersion', async () => {
      const version = (context.extension.packageJSON as { version: string }).version;
      await vscode.window.showInformationMessage(vscode.l10n.t('Preclinical {0}. For research; gives no medical advice.', version));
    }),
    ...registerFiles(mixes.api.sizes),
    ...registerCurves(context),
    ...mixes.disposables,
    ...registerMixForm({ extensionUri: context.extensionUri, sizes: mixes.api.sizes, mixes: mixes.api.service }),
    ...registerFindings(context, mixes.api.service, views),
    views,
    ...runs.disposables,
    ...evaluations.disposables,
    ...models.disposables,
    ...prompts.disposables,
    ...registerAnswers(context, runs.api.service),
    ...registerSample(context),
    ...registerWalkthrough(context, runs.api.service),
  );
  const isTest = context.extensionMode === vscode.ExtensionMode.Test;
  return { runs: runs.api, mixes: mixes.api, evaluations: evaluations.api, ...(isTest ? { models: models.parts, prompts: prompts.api } : {}) };
}
