// Rows and cells of the panel from a question set and the answers of its variants. Pure.
import type { AnswersRows } from '../../protocol/panels/answers';
import { packCells } from '../../protocol/panels/answers-block';
import type { QuestionPlace } from './question-set';
import type { VariantAnswers } from './variant-answers';

/** Questions with an answer: in the order of the file, then those that are in it no more. */
export function rowsOf(places: ReadonlyMap<string, QuestionPlace>, variants: readonly VariantAnswers<unknown>[]): AnswersRows {
  const golds = new Map<string, string>();
  for (const variant of variants) {
    for (const question of variant.questions) if (!golds.has(question)) golds.set(question, variant.goldOf(question) ?? ' ');
  }
  const inFile = [...places.keys()].filter((id) => golds.has(id));
  const ids = [...inFile, ...[...golds.keys()].filter((id) => !places.has(id))];
  return {
    ids,
    excerpts: ids.map((id) => places.get(id)?.excerpt ?? ''),
    golds: ids.map((id) => golds.get(id)!.charAt(0) || ' ').join(''),
  };
}

export function cellsOf(ids: readonly string[], variants: readonly VariantAnswers<unknown>[]): Uint16Array {
  return packCells(variants.length, ids.length, (variant, row) => variants[variant]!.cell(ids[row]!));
}
