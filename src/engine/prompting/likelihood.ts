// The likelihood score of the questions that are prompted: the option whose continuation the model finds likeliest, as
// lm-evaluation-harness scores MedQA. Another metric than any prompted score, shown beside it.
import { estimateMean } from '../../base/math/statistics';
import { UserError } from '../../base/errors/problem';
import type { CotSettings } from '../../documents/cot/schema';
import { firstMaximum } from '../../base/math/first-maximum';
import { scoreItem } from '../evaluate/score';
import { scoreKey, type ScoreCache } from '../evaluate/cache';
import type { LikelihoodModel, LikelihoodRequest, LikelihoodResult } from '../inference/interfaces';
import type { PromptQuestion } from './question';

/** Why there is no score, for the column that would hold it. */
export interface NoLikelihood { readonly reason: string }

export interface LikelihoodSummary {
  /** `letters` scores the letters after the listed options, as medqa_4options; `texts` the options' own texts. */
  readonly form: 'letters' | 'texts';
  readonly n: number;
  /** Questions right by the sum of log-probabilities, and with it divided by the option's length in characters. */
  readonly correct: number;
  readonly accuracy: number;
  readonly standardError: number | null;
  readonly accuracyNormalised: number;
}

export interface LikelihoodOutcome { readonly question: string; readonly gold: string; readonly letter: string; readonly credit: 0 | 1 }

export interface LikelihoodScores { readonly summary: LikelihoodSummary; readonly outcomes: readonly LikelihoodOutcome[] }

/** Options that are not shown are scored by their texts. */
export function likelihoodForm({ extractor }: Pick<CotSettings, 'extractor'>): LikelihoodSummary['form'] {
  return extractor === 'option-text' ? 'texts' : 'letters';
}

/** One request an option. */
export function likelihoodRequests({ question, options }: PromptQuestion, form: LikelihoodSummary['form']): LikelihoodRequest[] {
  if (form === 'texts') return options.map(({ text }) => ({ context: `Question: ${question}\nAnswer:`, continuation: ` ${text}` }));
  const context = `Question: ${question}\n${options.map(({ letter, text }) => `${letter}. ${text}`).join('\n')}\nAnswer:`;
  return options.map(({ letter }) => ({ context, continuation: ` ${letter}` }));
}

export interface LikelihoodOptions {
  readonly model: LikelihoodModel;
  /** Scores that are known, and where new ones are kept. */
  readonly cache: ScoreCache;
  readonly signal?: AbortSignal | undefined;
  /** Called after each question that had to be scored. */
  readonly onScored?: (done: number, total: number) => void;
}

/** Codes of failures that another try would not mend: the endpoint does not do this. */
const cannot = /^endpoint-(?:no-logprobs|form|40[0-9]|41[0-9]|422|501)$/;

/** Undefined only for no questions. A failure that passes is thrown. */
export async function scoreLikelihood(questions: readonly PromptQuestion[], form: LikelihoodSummary['form'], options: LikelihoodOptions): Promise<LikelihoodScores | NoLikelihood> {
  const outcomes: LikelihoodOutcome[] = [];
  let normalised = 0;
  try {
    for (const [index, question] of questions.entries()) {
      const results = await scoresOf(likelihoodRequests(question, form), options);
      const texts = form === 'texts' ? question.options.map(({ text }) => text) : question.options.map(({ letter }) => letter);
      const values = results.map(({ logLikelihood }) => logLikelihood);
      const score = scoreItem(values, texts, question.options.findIndex(({ letter }) => letter === question.answer));
      outcomes.push({ question: question.id, gold: question.answer, letter: question.options[firstMaximum(values)]!.letter, credit: score.acc });
      normalised += score.acc_norm;
      options.onScored?.(index + 1, questions.length);
    }
  } catch (error) {
    const problem = error instanceof UserError ? error.problems[0] : undefined;
    if (problem === undefined || !cannot.test(problem.code)) throw error;
    return { reason: `the model gives no log-likelihoods of a prompt (${problem.value ?? problem.message})` };
  }
  const credits = outcomes.map(({ credit }) => credit);
  const correct = credits.reduce<number>((sum, credit) => sum + credit, 0);
  const n = outcomes.length;
  return {
    outcomes,
    summary: { form, n, correct, accuracy: n === 0 ? 0 : correct / n, standardError: n < 2 ? null : estimateMean(credits).standardError ?? null, accuracyNormalised: n === 0 ? 0 : normalised / n },
  };
}

async function scoresOf(requests: readonly LikelihoodRequest[], { model, cache, signal }: LikelihoodOptions): Promise<LikelihoodResult[]> {
  const keys = requests.map(({ context, continuation }) => scoreKey(model.identity.hash, 'prompt', context, continuation));
  const open = requests.flatMap((_, place) => (cache.get(keys[place]!) ? [] : [place]));
  if (open.length > 0) {
    await model.logLikelihood(open.map((place) => requests[place]!), {
      ...(signal ? { signal } : {}), onDone: (index, result) => { cache.put(keys[open[index]!]!, result); },
    });
  }
  return keys.map((key) => cache.get(key)!);
}
