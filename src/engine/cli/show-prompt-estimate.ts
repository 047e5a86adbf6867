// What a prompt experiment will ask and send, as lines for a terminal.
import { alignColumns } from '../../base/text/columns';
import type { PromptEstimate } from '../../protocol/prompt-estimate';

export function promptEstimateText(estimate: PromptEstimate): string {
  const { questions, strategies, rationales, embeddings, likelihood, total, cost } = estimate;
  const row = (name: string, calls: number, prompt: number, answers: number): string[] => [name, number(calls), number(prompt), number(answers)];
  const table = alignColumns([
    [`${number(questions)} questions`, 'calls', 'prompt tokens, about', 'answer tokens, at most'],
    ...strategies.map((one) => row(one.samplesPerQuestion > 1 ? `${one.strategy} × ${one.samplesPerQuestion}` : one.strategy, one.calls, one.promptTokens, one.completionTokens)),
    ...(rationales ? [row('reasoning about solved questions, at most', rationales.calls, rationales.promptTokens, rationales.completionTokens)] : []),
    row('together', total.calls, total.promptTokens, total.completionTokens),
  ], [1, 2, 3]);
  return [
    table,
    ...(embeddings > 0 ? [`Vectors of ${number(embeddings)} texts are asked for besides.`] : []),
    ...(likelihood.calls > 0 ? [`Likelihood scores take ${number(likelihood.calls)} requests besides, where the model gives log-likelihoods.`] : []),
    ...(cost ? [`Cost: at most ${cost.atMost.toFixed(2)} ${cost.currency}.`] : []),
    ...(estimate.remote === undefined ? [] : [`Sent to ${estimate.remote}.`, phiText(estimate.phi)]),
  ].join('\n');
}

/** For the question whether texts may be sent. */
export function phiText({ texts, textsWithFindings, findings }: PromptEstimate['phi']): string {
  if (findings.length === 0) return `The screen for patient data finds nothing in ${number(texts)} texts, which is no proof that there is none.`;
  return `The screen for patient data finds something in ${number(textsWithFindings)} of ${number(texts)} texts: ${findings.map(({ class: name, count }) => `${name} ${number(count)}`).join(', ')}.`;
}

function number(value: number): string {
  return value.toLocaleString('en-US');
}
