// What tells runs apart: colour, dash and marker together, since colour alone fails many eyes and printers. The three
// lists have lengths without a common divisor, so 210 runs differ.

export const markers = ['circle', 'square', 'triangle', 'diamond', 'cross', 'ring'] as const;
export type Marker = (typeof markers)[number];

/** Theme variables that every theme sets to something one sees; charts-orange is dim in dark themes and absent in high contrast. */
const colors = ['charts-blue', 'charts-red', 'charts-green', 'charts-purple', 'charts-yellow', 'terminal-ansiCyan', 'charts-foreground'] as const;
const dashes: readonly (readonly number[])[] = [[], [7, 4], [2, 3], [9, 3, 2, 3], [14, 4]];

export interface RunStyle {
  /** Theme variable. */
  readonly color: string;
  /** Lengths in pixels, drawn and not. */
  readonly dash: readonly number[];
  readonly marker: Marker;
}

export function runStyle(place: number): RunStyle {
  return {
    color: `--vscode-${colors[place % colors.length]!}`,
    dash: dashes[place % dashes.length]!,
    marker: markers[place % markers.length]!,
  };
}

/** Outline of a marker around 0, 0 as an SVG path, which canvases take too. */
export function markerPath(marker: Marker, radius: number): string {
  const r = radius;
  switch (marker) {
    case 'circle':
    case 'ring': return `M${-r},0A${r},${r} 0 1 0 ${r},0A${r},${r} 0 1 0 ${-r},0Z`;
    case 'square': return `M${-r},${-r}H${r}V${r}H${-r}Z`;
    case 'triangle': return `M0,${-r * 1.2}L${r * 1.1},${r * 0.8}H${-r * 1.1}Z`;
    case 'diamond': return `M0,${-r * 1.3}L${r * 1.3},0L0,${r * 1.3}L${-r * 1.3},0Z`;
    case 'cross': return `M${-r},${-r}L${r},${r}M${-r},${r}L${r},${-r}`;
  }
}

/** Drawn as an outline rather than filled. */
export function isOpen(marker: Marker): boolean {
  return marker === 'cross' || marker === 'ring';
}
