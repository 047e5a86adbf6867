// A LikelihoodModel over HTTP: the prompt is echoed with the log-probability of each of its tokens, as lm-evaluation-harness
// asks its local-completions servers (models/openai_completions.py). Chat endpoints cannot do this.
import { userError } from '../../base/errors/problem';
import type { LikelihoodModel, LikelihoodRequest, LikelihoodResult } from '../inference/interfaces';
import type { ModelClient } from './client';
import { allOf, inParallel } from './parallel';
import type { Answer, TokenLogprobs } from './wire';

/** Code of the error for an endpoint that answers without what is needed. */
export const noLogprobsCode = 'endpoint-no-logprobs';

/** @param concurrency calls under way at once. */
export function httpLikelihoodModel(client: ModelClient, identity: LikelihoodModel['identity'], concurrency: number): LikelihoodModel {
  return {
    identity,
    async logLikelihood(requests, { signal, onDone } = {}) {
      const results: LikelihoodResult[] = [];
      const score = async (index: number): Promise<void> => {
        const request = requests[index]!;
        // Some servers refuse to generate nothing, so one token is generated and left out.
        const answer = await client.complete({ prompt: request.context + request.continuation, echo: true, logprobs: 1, maxTokens: 1, temperature: 0 }, signal ? { signal } : {});
        results[index] = scoreOf(answer, request, client.baseUrl);
        onDone?.(index, results[index]);
      };
      await allOf(inParallel(requests.keys(), concurrency, score));
      return results;
    },
  };
}

function scoreOf({ choices, usage }: Answer, request: LikelihoodRequest, endpoint: string): LikelihoodResult {
  const { logprobs } = choices[0]!;
  if (!logprobs) throw refusal(endpoint, 'without log-probabilities');
  const { tokens, tokenLogprobs, topLogprobs } = logprobs;
  const end = usage?.promptTokens ?? tokens.length - 1;
  const start = firstOfContinuation(logprobs, end, request);
  if (start === undefined) throw refusal(endpoint, 'without the tokens of the prompt');
  let logLikelihood = 0;
  let isGreedy = true;
  for (let place = start; place < end; place++) {
    const own = tokenLogprobs[place] ?? 0;
    logLikelihood += own;
    isGreedy &&= Object.values(topLogprobs[place] ?? {}).every((other) => other <= own);
  }
  return { logLikelihood, isGreedy, tokens: end - start };
}

/** From the end, since the continuation is short: the tokens whose texts make it up; undefined when the prompt was not echoed. */
function firstOfContinuation({ tokens, textOffsets }: TokenLogprobs, end: number, { context, continuation }: LikelihoodRequest): number | undefined {
  if (end < 1 || end > tokens.length) return undefined;
  const prompt = context + continuation;
  let text = '';
  for (let place = end - 1; place >= 0; place--) {
    text = tokens[place]! + text;
    if (!prompt.endsWith(text)) break;
    // A first token is never scored: something must stand before it.
    if (text.length >= continuation.length) return Math.max(place, 1);
  }
  // Tokens that are parts of characters have no text of their own.
  const byOffset = textOffsets?.slice(0, end).findIndex((offset) => offset >= context.length) ?? -1;
  return byOffset < 1 ? undefined : byOffset;
}

function refusal(endpoint: string, what: string): Error {
  return userError({ code: noLogprobsCode, key: endpoint, message: `the endpoint answers ${what}`, next: 'Use a completions endpoint that echoes prompts with log-probabilities, such as preclinical serve or vLLM.' });
}
