// What a prompt experiment will ask before it asks: calls and tokens of each strategy, cost, and what the PHI screen finds
// in the texts that would be sent. Reads files only.
import { samplesPerQuestion } from '../../../documents/cot/score';
import { strategyOf } from '../../../documents/cot/strategy';
import type { ResolvedPrompt } from '../../../protocol/job-file';
import { remoteName } from '../../../protocol/loopback';
import { costOf, type CallEstimate, type PromptEstimate, type TokenPrice } from '../../../protocol/prompt-estimate';
import { parseBaseUrl } from '../../client';
import { screenText } from '../../data/phi/screen';
import { chosenQuestions, comparedText, ExemplarSource, planQuestion, tfIdfRanking, type PlanFile, type PromptQuestion } from '../../prompting';
import { needsExemplars, needsVectors } from './exemplars';
import { readPromptQuestions } from './questions';

/** Rough, for English. */
const charactersPerToken = 4;
/** Prompts that are put together to know how long they are. */
const measuredQuestions = 100;

export async function estimatePrompt(root: string, { cot, body, questions: stored, exemplars: storedExemplars, model, embedding }: ResolvedPrompt, price?: TokenPrice): Promise<PromptEstimate> {
  const questions = chosenQuestions(cot, (await readPromptQuestions(root, stored)).questions);
  const pool = needsExemplars(cot) && storedExemplars !== undefined ? (await readPromptQuestions(root, storedExemplars)).questions.slice(0, cot.exemplars?.pool) : [];
  const plan: PlanFile = { settings: cot, body, choices: { exemplars: pool.length === 0 ? undefined : filledSource({ cot, pool }) } };
  const strategies = [...new Set(cot.strategies)].map((strategy) => {
    const samples = samplesPerQuestion(cot, strategy);
    return { strategy, samplesPerQuestion: samples, ...callsOf(questions.length * samples, meanPrompt(plan, strategy, questions), cot.maxTokens) };
  });
  const rationales = cot.strategies.some((name) => strategyOf(name).selfGenerated)
    ? callsOf(pool.length * (cot.exemplars?.attempts ?? 1), meanPrompt(plan, 'chain-of-thought', pool), cot.maxTokens) : undefined;
  const total = [...strategies, ...rationales ? [rationales] : []].reduce<CallEstimate>((sum, one) => ({
    calls: sum.calls + one.calls, promptTokens: sum.promptTokens + one.promptTokens, completionTokens: sum.completionTokens + one.completionTokens,
  }), { calls: 0, promptTokens: 0, completionTokens: 0 });
  const remote = remoteOf(model);
  const byVectors = needsVectors(cot);
  const embeddingRemote = embedding && remoteOf(embedding);
  const options = questions.reduce((sum, question) => sum + question.options.length, 0);
  return {
    schema: 1, questions: questions.length, strategies, total, ...(rationales ? { rationales } : {}),
    embeddings: byVectors ? questions.length + pool.length : 0,
    likelihood: cot.likelihood ? { calls: options, promptTokens: tokensOf(questions.reduce((sum, question) => sum + comparedText(question).length * question.options.length, 0)), completionTokens: options } : callsOf(0, 0, 0),
    ...(price ? { cost: { atMost: costOf(total, price), currency: price.currency } } : {}),
    ...(remote === undefined ? {} : { remote }), ...(embeddingRemote === undefined ? {} : { embeddingRemote }),
    phi: screen([body, ...questions.map(comparedText), ...pool.map((question) => [comparedText(question), question.reasoning ?? ''].join('\n'))]),
  };
}

export function remoteOf(model: ResolvedPrompt['model']): string | undefined {
  if (!('baseUrl' in model)) return undefined;
  const { hostname, host } = parseBaseUrl(model.baseUrl);
  return remoteName({ hostname, host, model: model.model, cloud: model.cloud === true });
}

/** Solved questions with reasoning as long as it may be: that of the model is not known yet. Vectors cost, so words decide here. */
function filledSource({ cot, pool }: { readonly cot: ResolvedPrompt['cot']; readonly pool: readonly PromptQuestion[] }): ExemplarSource {
  const source = new ExemplarSource({ settings: cot.exemplars!, pool, extractor: cot.extractor, file: cot.exemplars!.file, ranking: tfIdfRanking(pool) });
  const longest = 'reason. '.repeat(Math.ceil((cot.maxTokens * charactersPerToken) / 8));
  for (const place of pool.keys()) source.learn(place, longest);
  return source;
}

/** Characters, over questions spread evenly through the set. */
function meanPrompt(plan: PlanFile, strategy: string, questions: readonly PromptQuestion[]): number {
  const step = Math.max(1, Math.floor(questions.length / measuredQuestions));
  let characters = 0;
  let count = 0;
  for (let index = 0; index < questions.length; index += step) {
    const [sample] = planQuestion(plan, strategy, questions[index]!, index);
    characters += sample!.messages.reduce((sum, { content }) => sum + content.length, 0);
    count += 1;
  }
  return count === 0 ? 0 : characters / count;
}

function callsOf(calls: number, characters: number, maxTokens: number): CallEstimate {
  return { calls, promptTokens: calls * tokensOf(characters), completionTokens: calls * maxTokens };
}

function tokensOf(characters: number): number {
  return Math.ceil(characters / charactersPerToken);
}

function screen(texts: readonly string[]): PromptEstimate['phi'] {
  const counts = new Map<string, number>();
  let textsWithFindings = 0;
  for (const text of texts) {
    const found = screenText(text);
    if (found.length > 0) textsWithFindings += 1;
    for (const { class: phiClass } of found) counts.set(phiClass, (counts.get(phiClass) ?? 0) + 1);
  }
  return { texts: texts.length, textsWithFindings, findings: [...counts].map(([phiClass, count]) => ({ class: phiClass, count })).sort((a, b) => b.count - a.count) };
}
