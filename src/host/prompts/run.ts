// Run: a whole prompt experiment as a detached job, which stands in Runs and goes on when the window closes.
import * as vscode from 'vscode';
import type { AskModel } from '../../protocol/asks';
import type { PromptEstimate } from '../../protocol/prompt-estimate';
import { askEngine } from '../engine/engine';
import { isEditorChoice } from '../models/choice';
import type { ChosenModel } from '../models/model';
import { workspaceRoot } from '../root';
import { readStartAnswer } from '../runs/preview';
import { wordsOf } from '../runs/start';
import type { RunsService } from '../runs/service';
import type { CotFile } from './matching';
import { egressOfCot } from './egress';
import { embeddingServer } from './embeddings';
import { estimate } from './preview';
import { previewWords } from './preview-words';
import type { Prompts } from './prompts';
import { isGreedy, isOnce, runArguments, type RunChoices } from './run-arguments';
import { askTimes, cotFile } from './where';

export interface RunParts { readonly context: vscode.ExtensionContext; readonly runs: RunsService; readonly prompts: Prompts }

/** Id of the job; undefined when nothing was started. */
export async function runExperiment(parts: RunParts, target: unknown, choices: RunChoices = {}): Promise<string | undefined> {
  const cot = await cotFile(parts.prompts, target);
  return cot && start(parts, cot, choices);
}

export async function runTimes(parts: RunParts, target: unknown, times: unknown, sampled?: unknown): Promise<string | undefined> {
  const cot = await cotFile(parts.prompts, target);
  const repeats = cot && await askTimes(times, vscode.l10n.t('Run n Times'), Math.max(5, cot.settings.repeats));
  if (!cot || repeats === undefined) return undefined;
  const sample = isGreedy(cot.settings) && repeats > 1 ? typeof sampled === 'boolean' ? sampled : await askSampled(cot) : false;
  if (sample === undefined) return undefined;
  return start(parts, cot, { repeats, ...(sample ? { temperature: cot.settings.selfConsistencyTemperature } : {}) });
}

/** Undefined when dismissed. */
async function askSampled({ settings }: CotFile): Promise<boolean | undefined> {
  const { t } = vscode.l10n;
  const greedy = settings.strategies.filter(isOnce).join(', ');
  const picks = [
    { label: t('Sample them at temperature {0}', settings.selfConsistencyTemperature), detail: t('Every strategy is asked n times; agreement is shown for each.'), sampled: true },
    { label: t('Keep temperature 0'), detail: t('They are asked once, since every answer would be the same; self-consistency is asked n times.'), sampled: false },
  ];
  return (await vscode.window.showQuickPick(picks, { title: t('Greedy: {0}', greedy) }))?.sampled;
}

async function start(parts: RunParts, cot: CotFile, choices: RunChoices): Promise<string | undefined> {
  const { models } = parts.prompts;
  await vscode.workspace.textDocuments.find(({ isDirty, uri }) => isDirty && uri.fsPath === cot.file)?.save();
  const chosen = models.current;
  const root = rootForResults();
  const foreseen = await estimate(parts.context, root, cot.file, chosen.ask, choices, models.priceOf(chosen));
  const egress = await egressOfCot(cot);
  const screen = (): Promise<PromptEstimate['phi']> => Promise.resolve(foreseen.phi);
  const model = await models.prepare(chosen, egress, screen);
  const vectors = embeddingServer(cot.settings);
  const agreed = model && vectors ? await models.agreeToEmbeddings(vectors.address, egress, screen) : undefined;
  if (!model || agreed === false || !await isWanted(foreseen, chosen, choices)) return undefined;
  return launch(parts, cot, model, { ...choices, ...(agreed === undefined ? {} : { embeddingConsent: agreed }) });
}

/** A model on this machine costs time only, which can be stopped; an endpoint may cost money. */
async function isWanted(foreseen: PromptEstimate, chosen: ChosenModel, { confirmed }: RunChoices): Promise<boolean> {
  if (confirmed === true || chosen.ask.kind === 'checkpoint') return true;
  const { message, detail } = previewWords(foreseen, chosen.label, isEditorChoice(chosen), vscode.l10n.t);
  const run = vscode.l10n.t('Run');
  return await vscode.window.showInformationMessage(message, { modal: true, detail }, run) === run;
}

function rootForResults(): string {
  const root = workspaceRoot();
  if (root === undefined) throw new Error(vscode.l10n.t('Open a folder first: results are kept in it.'));
  return root;
}

async function launch(parts: RunParts, cot: CotFile, model: AskModel, choices: RunChoices): Promise<string | undefined> {
  const { context, runs, prompts } = parts;
  const root = rootForResults();
  const environment = await prompts.models.environment(model, embeddingServer(cot.settings)?.keyVariable);
  const answer = await vscode.window.withProgress({ location: { viewId: 'preclinical.prompts' } },
    () => askEngine(context, root, runArguments(cot.file, model, choices), undefined, environment));
  await runs.refresh();
  prompts.touch();
  const started = readStartAnswer(answer.stdout);
  if (answer.code !== 0 || !started) throw new Error(wordsOf(answer));
  if (started.done) void offerFresh(parts, cot, model, choices, started.id);
  else await vscode.commands.executeCommand('preclinical.run.reveal', started.id);
  return started.id;
}

async function offerFresh(parts: RunParts, cot: CotFile, model: AskModel, choices: RunChoices, id: string): Promise<void> {
  const again = vscode.l10n.t('Run Again');
  const results = vscode.l10n.t('Open Results');
  const choice = await vscode.window.showInformationMessage(vscode.l10n.t('Done before with this model, prompt and questions, so nothing was started: {0}', id), results, again);
  if (choice === results) await vscode.commands.executeCommand('preclinical.prompts.openResults', id);
  if (choice === again) await launch(parts, cot, model, { ...choices, fresh: true });
}
