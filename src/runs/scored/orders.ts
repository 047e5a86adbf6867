// How much of a score is owed to the order of the options: the same questions, their options moved on in a circle.
import { firstMaximum } from '../../base/math/first-maximum';
import { mean } from '../../base/math/statistics';
import type { StoredResults, StoredTask } from './read';

export interface OptionOrders {
  readonly task: string;
  /** Places the options were moved on by, and the accuracy then; the order of the file is 0. */
  readonly orders: readonly { readonly by: number; readonly accuracy: number }[];
  /** Questions asked in every order they can be. */
  readonly items: number;
  /** Share of them for which the model chose the same option, wherever it stood. */
  readonly consistency: number;
  /** Share of them that were right in every order. */
  readonly rightInAll: number;
  /** Mean accuracy over questions and orders. */
  readonly meanAccuracy: number;
}

export function optionOrders(results: StoredResults): OptionOrders[] {
  const tasks = [...results.tasks.values()];
  return tasks.flatMap((task) => {
    const rotations = tasks.filter(({ rotation }) => rotation?.of === task.task).sort((a, b) => a.rotation!.by - b.rotation!.by);
    return rotations.length === 0 || task.items.length === 0 ? [] : [ordersOf(task, rotations)];
  });
}

function ordersOf(task: StoredTask, rotations: readonly StoredTask[]): OptionOrders {
  const tables = rotations.map((one) => ({ by: one.rotation!.by, items: new Map(one.items.map((item) => [item.docId, item])) }));
  const perItem = task.items.flatMap((item) => {
    if (!item.logLikelihoods) return [];
    const asked = [{ by: 0, item }, ...tables.flatMap(({ by, items }) => (items.has(item.docId) ? [{ by, item: items.get(item.docId)! }] : []))];
    const chosen = asked.map(({ by, item: one }) => (firstMaximum(one.logLikelihoods ?? [0]) + by) % item.choiceCount);
    const right = asked.map(({ item: one }) => one.scores['acc'] ?? 0);
    return [{ isSame: chosen.every((place) => place === chosen[0]), right }];
  });
  return {
    task: task.task,
    orders: [task, ...rotations].map((one) => ({ by: one.rotation?.by ?? 0, accuracy: mean(one.items.map(({ scores }) => scores['acc'] ?? 0)) })),
    items: perItem.length,
    consistency: mean(perItem.map(({ isSame }) => Number(isSame))),
    rightInAll: mean(perItem.map(({ right }) => Number(right.every((one) => one === 1)))),
    meanAccuracy: mean(perItem.map(({ right }) => mean(right))),
  };
}
