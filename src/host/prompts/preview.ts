// What a whole experiment would ask, cost and send, as the engine estimates it.
import type * as vscode from 'vscode';
import type { AskModel } from '../../protocol/asks';
import type { PromptEstimate, TokenPrice } from '../../protocol/prompt-estimate';
import { askEngine } from '../engine/engine';
import { wordsOf } from '../runs/start';
import { runArguments, type RunChoices } from './run-arguments';

/** Reads files only: no key is needed and nothing is sent. */
export async function estimate(context: vscode.ExtensionContext, root: string, file: string, model: AskModel, choices: RunChoices, price: TokenPrice | undefined): Promise<PromptEstimate> {
  const prices = price ? ['--input-price', String(price.input), '--output-price', String(price.output), '--currency', price.currency] : [];
  const answer = await askEngine(context, root, [...runArguments(file, model, choices).filter((one) => one !== '--detach'), '--estimate', ...prices]);
  if (answer.code !== 0) throw new Error(wordsOf(answer));
  return JSON.parse(answer.stdout) as PromptEstimate;
}
