// What a prompt job spent, in words, with its cost at the price of the setting for its endpoint.
import * as vscode from 'vscode';
import type { PromptJobFile } from '../../protocol/job-file';
import { costOf } from '../../protocol/prompt-estimate';
import { readEndpoints } from '../models/endpoints';
import type { JobSummary } from './job-summary';

export function spentWords(spent: NonNullable<JobSummary['spent']>, { resolved: { model } }: PromptJobFile): string {
  const { t } = vscode.l10n;
  const words = t('{0} calls, {1} + {2} tokens', spent.calls.toLocaleString(), spent.promptTokens.toLocaleString(), spent.completionTokens.toLocaleString());
  if (!('baseUrl' in model)) return words;
  const { endpoints } = readEndpoints(vscode.workspace.getConfiguration().get('preclinical.endpoints'), t);
  const price = endpoints.find((one) => one.baseUrl === model.baseUrl && one.model === model.model)?.price;
  return price ? t('{0}, {1} {2}', words, costOf(spent, price).toFixed(2), price.currency) : words;
}
