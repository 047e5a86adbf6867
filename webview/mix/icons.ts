// Signs that have no letter, drawn in the colour of the text.
import { html, type TemplateResult } from 'lit';

/** On buttons that take something away. */
export function cross(): TemplateResult {
  return html`<svg width="16" height="16" aria-hidden="true"><path d="M4 4 L12 12 M12 4 L4 12" stroke="currentColor" stroke-width="1.3" fill="none" /></svg>`;
}

/** On buttons that show something as it will be. */
export function eye(): TemplateResult {
  return html`<svg width="16" height="16" aria-hidden="true"><path d="M1.5 8 C4 3.5 12 3.5 14.5 8 C12 12.5 4 12.5 1.5 8 Z" stroke="currentColor" stroke-width="1.2" fill="none" /><circle cx="8" cy="8" r="2.1" fill="currentColor" /></svg>`;
}
