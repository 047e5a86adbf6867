// Which solved questions are most like a question: cosine over vectors of an embedding model, as in Medprompt, or over
// words weighted by how rare they are (TF-IDF), which needs no model and is not the paper's kNN.
import type { PromptQuestion } from '../question';
import { wordsOf } from './leak';

/** Places in the pool, most similar first; of two as similar the one that stands first in its file. */
export type Ranking = (asked: PromptQuestion) => readonly number[];

/** A question's text for comparison: with its options, as it is asked. */
export function comparedText({ question, options }: PromptQuestion): string {
  return [question, ...options.map(({ text }) => text)].join('\n');
}

/** Weight of a word: (1 + ln count) · ln((1 + N) / (1 + documents with it)) + 1, vectors of length 1 (scikit-learn's smooth idf). */
export function tfIdfRanking(pool: readonly PromptQuestion[]): Ranking {
  const counts = pool.map((question) => countWords(comparedText(question)));
  const documents = new Map<string, number>();
  for (const count of counts) for (const word of count.keys()) documents.set(word, (documents.get(word) ?? 0) + 1);
  const idf = (word: string): number => Math.log((1 + pool.length) / (1 + (documents.get(word) ?? 0))) + 1;
  const postings = new Map<string, { readonly place: number; readonly weight: number }[]>();
  for (const [place, count] of counts.entries()) {
    for (const [word, weight] of unitWeights(count, idf)) {
      const list = postings.get(word) ?? [];
      postings.set(word, list);
      list.push({ place, weight });
    }
  }
  return (asked) => {
    const scores = new Float64Array(pool.length);
    for (const [word, own] of unitWeights(countWords(comparedText(asked)), idf)) {
      for (const { place, weight } of postings.get(word) ?? []) scores[place]! += own * weight;
    }
    return rank(scores);
  };
}

/** Vectors need not have length 1. `vectorOf` gives the vector of a question that is asked. */
export function cosineRanking(pool: readonly Float32Array[], vectorOf: (asked: PromptQuestion) => Float32Array): Ranking {
  const lengths = pool.map(lengthOf);
  return (asked) => {
    const vector = vectorOf(asked);
    const length = lengthOf(vector);
    return rank(Float64Array.from(pool, (other, place) => dot(vector, other) / (length * lengths[place]! || 1)));
  };
}

function rank(scores: Float64Array): number[] {
  return Array.from(scores.keys()).sort((a, b) => scores[b]! - scores[a]! || a - b);
}

function countWords(text: string): Map<string, number> {
  const counts = new Map<string, number>();
  for (const word of wordsOf(text)) counts.set(word, (counts.get(word) ?? 0) + 1);
  return counts;
}

function unitWeights(counts: ReadonlyMap<string, number>, idf: (word: string) => number): [string, number][] {
  const weights = [...counts].map(([word, count]): [string, number] => [word, (1 + Math.log(count)) * idf(word)]);
  const length = Math.sqrt(weights.reduce((sum, [, weight]) => sum + weight * weight, 0)) || 1;
  return weights.map(([word, weight]) => [word, weight / length]);
}

function dot(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

function lengthOf(vector: Float32Array): number {
  return Math.sqrt(dot(vector, vector));
}
