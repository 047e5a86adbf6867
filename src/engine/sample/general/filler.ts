// Fills the slots of one document: a slot keeps its filler, numbered slots of one table or list never share one.
import type { RandomStream } from '../../../base/math/random';
import type { World } from './world';

const numberWords = ['zero', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten', 'eleven', 'twelve', 'thirteen', 'fourteen', 'fifteen', 'sixteen', 'seventeen', 'eighteen'];

export class SlotFiller {
  readonly #bound = new Map<string, readonly string[]>();

  constructor(private readonly world: World, private readonly random: RandomStream) {
    const first = 2 + random.integer(8);
    const second = 2 + random.integer(8);
    const numbers = { first, second, sum: first + second, double: 2 * first };
    for (const [slot, value] of Object.entries(numbers)) this.#bound.set(slot, [numberWords[value]!]);
  }

  /** Binds a row of a table to the slot of its name, before a template that asks about it. */
  bind(table: string, row: readonly string[]): void {
    this.#bound.set(table, row);
  }

  /** The template with every slot filled and the first letter of every sentence a capital. */
  fill(template: string): string {
    const text = template.replace(/\{(a:)?(\w+)(?:\.(\w+))?\}/g, (_, article: string | undefined, slot: string, column: string | undefined) => {
      const value = this.#value(slot, column);
      return article === undefined ? value : `${/^[aeiou]/i.test(value) ? 'an' : 'a'} ${value}`;
    });
    return text.replace(/(^|[.?!] )(\p{Ll})/gu, (_, start: string, letter: string) => start + letter.toUpperCase());
  }

  /** An answer: filled, but not made a sentence. */
  value(slotTemplate: string): string {
    return slotTemplate.replace(/\{(\w+)\}/g, (_, slot: string) => this.#value(slot, undefined));
  }

  #value(slot: string, column: string | undefined): string {
    const kind = slot.replace(/\d+$/, '');
    const row = this.#bound.get(slot) ?? this.#draw(slot, kind);
    if (column === undefined) return row[0]!;
    const value = row[this.world.tables[kind]?.columns.indexOf(column) ?? -1];
    if (value === undefined) throw new Error(`No column ${column} in the table ${kind}.`);
    return value;
  }

  #draw(slot: string, kind: string): readonly string[] {
    const rows = this.world.tables[kind]?.rows ?? this.world.lists[kind]?.map((word) => [word]);
    if (rows === undefined) throw new Error(`No table and no list named ${kind}.`);
    const taken = new Set([...this.#bound].filter(([other]) => other.replace(/\d+$/, '') === kind).map(([, row]) => row[0]));
    const row = this.random.pick(rows.filter((one) => !taken.has(one[0])));
    this.#bound.set(slot, row);
    return row;
  }
}
