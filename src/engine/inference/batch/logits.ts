// What a pass says to each of its sequences: the logits after the last token of a generation, the score of every token of
// a text that is given. Rows of all sequences go through the head together.
// Legend: N rows of the pass, M rows through the head, D hidden, V vocabulary.
import type { Model } from '../../model';
import { embedding, tensor1d, tidy, tokenLogLikelihoods, type Tensor2D } from '../../tensors';
import { topTokens } from '../distribution';
import type { ScoredToken } from '../interfaces';
import type { Sequence } from './sequence';

/** The part of one sequence in a pass: rows `first` … are its tokens `from` … */
export interface PassRows { readonly sequence: Sequence; readonly first: number; readonly from: number; readonly count: number }

/** Logits held at once, 16 MB of f32. */
const logitsAtOnce = 1 << 22;

/** To be called in a tidy. */
export function tellSequences(model: Model, hidden_ND: Tensor2D, parts: readonly PassRows[]): void {
  scoreParts(model, hidden_ND, parts);
  const ready = parts.filter(({ sequence }) => sequence.work.kind === 'generate' && sequence.left === 0);
  const rows = ready.map(({ first, count }) => first + count - 1);
  forBlocks(model, hidden_ND, rows, (logits_MV, start) => {
    const logits = logits_MV.dataSync<'float32'>();
    const [count, V] = logits_MV.shape;
    for (let row = 0; row < count; row++) {
      const { sequence } = ready[start + row]!;
      const next = sequence.work.kind === 'generate' ? sequence.work.next(logits.subarray(row * V, (row + 1) * V)) : undefined;
      if (next !== undefined) sequence.ids.push(next);
    }
  });
}

interface ScoredRow { readonly sequence: Sequence; readonly top: number; readonly row: number; readonly target: number }

function scoreParts(model: Model, hidden_ND: Tensor2D, parts: readonly PassRows[]): void {
  const scored = parts.flatMap(({ sequence, first, from, count }) => {
    const { work } = sequence;
    return work.kind !== 'score' ? [] : Array.from({ length: count }, (_, i): ScoredRow => ({ sequence, top: work.top, row: first + i, target: sequence.ids[from + i + 1]! }));
  });
  forBlocks(model, hidden_ND, scored.map(({ row }) => row), (logits_MV, start) => {
    const block = scored.slice(start, start + logits_MV.shape[0]);
    const { logLikelihood } = tokenLogLikelihoods(logits_MV, Int32Array.from(block, ({ target }) => target));
    const V = logits_MV.shape[1];
    const logits = block.some(({ top }) => top > 0) ? logits_MV.dataSync<'float32'>() : undefined;
    for (const [m, { sequence, top, target }] of block.entries()) {
      sequence.scored.push(scoreRow(logits?.subarray(m * V, (m + 1) * V), target, logLikelihood[m]!, top));
    }
  });
}

/** The normaliser is what the kernel summed up in doubles. A token that is told twice has one number: clients compare them. */
function scoreRow(logits_V: Float32Array | undefined, id: number, logProbability: number, top: number): ScoredToken {
  const likeliest = logits_V === undefined ? [] : topTokens(logits_V, top, logits_V[id]! - logProbability);
  return { id, logProbability, top: likeliest.map((one) => (one.id === id ? { id, logProbability } : one)) };
}

/** Logits of these rows, some at a time. */
function forBlocks(model: Model, hidden_ND: Tensor2D, rows: readonly number[], take: (logits_MV: Tensor2D, start: number) => void): void {
  const atOnce = Math.max(1, Math.floor(logitsAtOnce / model.config.vocabularySize));
  for (let start = 0; start < rows.length; start += atOnce) {
    const some = rows.slice(start, start + atOnce);
    tidy(() => { take(model.logits(embedding(hidden_ND, tensor1d(some, 'int32'))), start); });
  }
}
