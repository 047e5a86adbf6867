// Signs that have no letter, drawn in the colour of the text.
import { html, type TemplateResult } from 'lit';

/** On buttons that take something away. */
export function cross(): TemplateResult {
  return html`<svg width="16" height="16" aria-hidden="true"><path d="M4 4 L12 12 M12 4 L4 12" stroke="currentColor" stroke-width="1.3" fill="none" /></svg>`;
}
