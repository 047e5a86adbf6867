// What tells sources apart: colour and pattern together, since colour alone fails many eyes and printers. The two lists have
// lengths without a common divisor, so 42 sources differ.
import { html, svg, type TemplateResult } from 'lit';

/** Theme variables that every theme sets to something one sees. */
const colors = ['charts-blue', 'charts-yellow', 'charts-green', 'charts-purple', 'charts-red', 'terminal-ansiCyan', 'charts-foreground'] as const;
/** Lines of an 8 by 8 tile, as an SVG path; the first is plain. */
const tiles = ['', 'M-2,2 L2,-2 M0,8 L8,0 M6,10 L10,6', 'M0,4 H8', 'M-2,6 L2,10 M0,0 L8,8 M6,-2 L10,2', 'M4,0 V8', 'M0,4 H8 M4,0 V8'] as const;

/** A pattern element to be filled with `url(#id)`; `place` is the source's position in the file. */
export function patternOf(id: string, place: number): TemplateResult {
  const color = `var(--vscode-${colors[place % colors.length]!}, currentColor)`;
  const tile = tiles[place % tiles.length]!;
  return svg`<pattern id=${id} width="8" height="8" patternUnits="userSpaceOnUse">
    <rect width="8" height="8" fill=${color} fill-opacity="0.75" />
    <path d=${tile} stroke="var(--vscode-editor-background)" stroke-width="1.6" fill="none" />
  </pattern>`;
}

/** The same pattern as a small square beside a name. */
export function swatch(key: string, place: number): TemplateResult {
  return html`<svg class="swatch" width="16" height="16" aria-hidden="true">${svg`<defs>${patternOf(key, place)}</defs><rect class="segment" width="16" height="16" fill=${`url(#${key})`} />`}</svg>`;
}
