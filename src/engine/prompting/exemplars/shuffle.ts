// A solved question with its options in another order, its answer and the letters inside its reasoning changed with them.
import { canReorder, drawOrders, letterShown, reorder } from '../orders';
import { relabel } from './relabel';
import type { Exemplar } from './source';

/** As it is when its options or its reasoning would mean something else in another order. */
export function shuffleExemplar(exemplar: Exemplar, seed: number, repeat: number): Exemplar {
  const { question, reasoning } = exemplar;
  const { options, answer, id } = question;
  if (!canReorder(options)) return exemplar;
  const order = drawOrders(seed, `exemplar/${id}`, options, repeat + 1).at(-1)!;
  const relabelled = reasoning === undefined ? undefined : relabel(reasoning, options.map(({ letter }) => letter), (letter) => letterShown(letter, options, order));
  if (reasoning !== undefined && relabelled === undefined) return exemplar;
  return {
    question: { ...question, options: reorder(options, order), answer: letterShown(answer, options, order) },
    ...(relabelled === undefined ? {} : { reasoning: relabelled }),
  };
}
