// A table of any length with something selected in it, moved in by keys.
import { RowWindow } from './row-window';

export abstract class RowGrid extends RowWindow {
  protected readonly rowHeightPx = 26;

  override connectedCallback(): void {
    super.connectedCallback();
    this.role = 'grid';
    this.addEventListener('keydown', (event) => {
      if (!event.altKey && !event.metaKey && this.rowTotal > 0 && this.press(event)) event.preventDefault();
    });
  }

  /** Whether the key meant something here. */
  protected abstract press(event: KeyboardEvent): boolean;

  /** Names the selected row or cell to those who cannot see it, by its element's id. */
  protected nameActive(id: string | undefined): void {
    if (id === undefined) this.removeAttribute('aria-activedescendant');
    else this.setAttribute('aria-activedescendant', id);
  }

  protected revealRow(place: number): void {
    const top = place * this.rowHeightPx;
    const room = this.clientHeight - this.headHeightPx - this.rowHeightPx;
    if (top < this.scrollTop) this.scrollTop = top;
    else if (top > this.scrollTop + room) this.scrollTop = top - room;
  }

  protected tell(type: string, detail: unknown): void {
    this.dispatchEvent(new CustomEvent(type, { detail, bubbles: true }));
  }
}
