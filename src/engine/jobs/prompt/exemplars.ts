// The solved questions of a prompt experiment: read from their file, and ranked by likeness where a strategy asks for it.
import { userError } from '../../../base/errors/problem';
import type { CotSettings } from '../../../documents/cot/schema';
import { strategyOf } from '../../../documents/cot/strategy';
import { comparedText, cosineRanking, ExemplarSource, tfIdfRanking, type PromptQuestion, type Ranking } from '../../prompting';
import { readPromptQuestions } from './questions';

/** Vectors of texts, in their order. */
export type Embed = (texts: readonly string[]) => Promise<readonly Float32Array[]>;

/** Texts sent in one request. */
const textsAtOnce = 64;

export interface OpenedExemplars {
  readonly source: ExemplarSource;
  /** Records of the file that are no usable questions, by reason. */
  readonly setAside: Readonly<Record<string, number>>;
}

export function needsExemplars({ strategies }: CotSettings): boolean {
  return strategies.some((name) => strategyOf(name).exemplars !== 'none');
}

export function needsVectors({ strategies, exemplars }: CotSettings): boolean {
  return exemplars?.similarity === 'embeddings' && strategies.some((name) => strategyOf(name).exemplars === 'nearest');
}

/**
 * @param stored path of the solved questions.
 * @param asked questions that will be asked, whose vectors are needed with similarity: embeddings.
 * @param embed absent where the model makes no vectors.
 */
export async function openExemplars(root: string, cot: CotSettings, stored: string, asked: readonly PromptQuestion[], embed: Embed | undefined): Promise<OpenedExemplars> {
  const settings = cot.exemplars!;
  const { questions, setAside } = await readPromptQuestions(root, stored, settings.groupBy);
  const pool = questions.slice(0, settings.pool);
  const ranking = cot.strategies.some((name) => strategyOf(name).exemplars === 'nearest') ? await rankingOf(cot, pool, asked, embed) : undefined;
  return { source: new ExemplarSource({ settings, pool, extractor: cot.extractor, file: stored, ...(ranking ? { ranking } : {}) }), setAside };
}

async function rankingOf(cot: CotSettings, pool: readonly PromptQuestion[], asked: readonly PromptQuestion[], embed: Embed | undefined): Promise<Ranking> {
  if (cot.exemplars!.similarity === 'tf-idf') return tfIdfRanking(pool);
  if (!embed) {
    throw userError({
      code: 'exemplars-no-vectors', key: 'exemplars.similarity', value: 'embeddings', message: 'a checkpoint that is served here makes no vectors of texts',
      next: 'Name a server that does: exemplars.embeddingEndpoint; or use similarity: tf-idf.',
    });
  }
  const vectors = await inBatches(pool, embed);
  const own = await inBatches(asked, embed);
  const byQuestion = new Map(asked.map((question, place) => [question, own[place]!]));
  return cosineRanking(vectors, (question) => byQuestion.get(question)!);
}

async function inBatches(questions: readonly PromptQuestion[], embed: Embed): Promise<Float32Array[]> {
  const vectors: Float32Array[] = [];
  for (let start = 0; start < questions.length; start += textsAtOnce) {
    vectors.push(...await embed(questions.slice(start, start + textsAtOnce).map(comparedText)));
  }
  return vectors;
}
