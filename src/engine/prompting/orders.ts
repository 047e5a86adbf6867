// Orders of a question's options for the choice-shuffling ensemble: drawn without repetition, letters given anew from A,
// and the way back to the letters of the file.
import { RandomStream } from '../../base/math/random';
import type { AnswerOption } from '../../documents/cot/render';

/** For each place shown the place in the file. */
export type Order = readonly number[];

/** Options that speak of others by place or letter mean something else in another order. */
const speaksOfOthers = /\b(?:all|none|any|both|neither|either) of (?:the (?:above|below|following|options|choices|others)|these|them)\b|\b(?:the )?(?:above|below|preceding|previous) (?:options?|choices?|answers?)\b|\b[A-J] (?:and|or|&) [A-J]\b|\b(?:both|neither|either) \(?[A-J]\)?\b|^\W*[A-J](?:, ?[A-J])+\b/i;

/** Whether every option stands for itself. */
export function canReorder(options: readonly AnswerOption[]): boolean {
  return options.length > 1 && !options.some(({ text }) => speaksOfOthers.test(text));
}

/** `count` orders, all different while there are as many; of options that cannot be reordered their own each time. */
export function drawOrders(seed: number, questionId: string, options: readonly AnswerOption[], count: number): Order[] {
  const own = options.map((_, place) => place);
  if (!canReorder(options)) return Array.from({ length: count }, () => own);
  const random = RandomStream.of(seed, `prompt/orders/${questionId}`);
  const possible = own.reduce((product, place) => product * (place + 1), 1);
  const orders: Order[] = [];
  let used = new Set<string>();
  while (orders.length < count) {
    if (used.size === possible) used = new Set();
    const order = shuffled(own, random);
    if (used.has(order.join())) continue;
    used.add(order.join());
    orders.push(order);
  }
  return orders;
}

/** Fisher and Yates. */
function shuffled(places: readonly number[], random: RandomStream): number[] {
  const order = [...places];
  for (let last = order.length - 1; last > 0; last--) {
    const other = random.uint32() % (last + 1);
    [order[last], order[other]] = [order[other]!, order[last]!];
  }
  return order;
}

/** The options as they are shown: texts in the new order under the letters of the file. */
export function reorder(options: readonly AnswerOption[], order: Order): AnswerOption[] {
  return order.map((from, place) => ({ letter: options[place]!.letter, text: options[from]!.text }));
}

/** Letter shown to letter of the file. */
export function letterInFile(shown: string, options: readonly AnswerOption[], order: Order): string {
  const place = options.findIndex(({ letter }) => letter === shown);
  return options[order[place]!]!.letter;
}

/** Letter of the file to letter shown. */
export function letterShown(inFile: string, options: readonly AnswerOption[], order: Order): string {
  const from = options.findIndex(({ letter }) => letter === inFile);
  return options[order.indexOf(from)]!.letter;
}
