// A table of any length in which one row is selected. Says NAME-select and NAME-open, each with the row's place.
import type { PropertyDeclarations, PropertyValues } from 'lit';
import { RowGrid } from './row-grid';

export abstract class RowList extends RowGrid {
  static override properties: PropertyDeclarations = { selected: { type: Number } };

  declare selected: number | undefined;
  /** The first part of the names of its events. */
  protected abstract readonly eventName: string;

  protected override willUpdate(changed: PropertyValues<this>): void {
    super.willUpdate(changed);
    this.ariaRowCount = String(this.rowTotal + 1);
    this.nameActive(this.selected === undefined ? undefined : rowId(this.selected));
  }

  protected override updated(changed: PropertyValues<this>): void {
    if (changed.has('selected') && this.selected !== undefined) this.revealRow(this.selected);
  }

  protected select(place: number): void {
    this.tell(`${this.eventName}-select`, place);
  }

  protected open(place: number): void {
    this.tell(`${this.eventName}-open`, place);
  }

  protected override press(event: KeyboardEvent): boolean {
    const at = this.selected;
    if (event.key === 'Enter') {
      if (at !== undefined) this.open(at);
      return at !== undefined;
    }
    const move = new Map([['ArrowDown', 1], ['ArrowUp', -1], ['PageDown', this.rowsInSight - 1], ['PageUp', 1 - this.rowsInSight], ['Home', -Infinity], ['End', Infinity]]).get(event.key);
    // The first press selects what is in sight, or goes to an end; the next ones move.
    if (move !== undefined) this.select(at === undefined && Number.isFinite(move) ? this.first : Math.max(0, Math.min(this.rowTotal - 1, (at ?? 0) + move)));
    return move !== undefined;
  }
}

export function rowId(place: number): string {
  return `row-${place}`;
}
