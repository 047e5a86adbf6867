// The pinned legend: each run's sample of line and its values at the cursor, or its last ones.
import { html, svg, type TemplateResult } from 'lit';
import { nearestIndex } from '../../src/base/math/decimation';
import type { CurvesTexts } from '../../src/protocol/panels/curves';
import type { Line } from './charts';
import { formatValue, formatX } from './format';
import { isOpen, markerPath, type RunStyle } from './run-style';
import type { CurvesSettings } from './settings';

export function swatch(style: RunStyle): TemplateResult {
  const color = `var(${style.color}, currentColor)`;
  const open = isOpen(style.marker);
  return html`<svg class="swatch" width="34" height="12" viewBox="0 0 34 12" aria-hidden="true">
    ${svg`<line x1="0" y1="6" x2="34" y2="6" stroke=${color} stroke-width="1.75" stroke-dasharray=${style.dash.join(' ')} />
    <path transform="translate(17 6)" d=${markerPath(style.marker, 3.5)} fill=${open ? 'none' : color} stroke=${open ? color : 'none'} stroke-width="1.5" />`}
  </svg>`;
}

export function legend(lines: readonly Line[], cursor: number | undefined, texts: CurvesTexts, settings: CurvesSettings): TemplateResult {
  return html`<table class="legend">
    <tbody>${lines.map((line) => {
      const at = cursor === undefined ? line.y.length - 1 : nearestIndex(line.x, cursor);
      const isSmoothed = settings.smoothing > 0;
      return html`<tr data-run=${line.id}>
        <td>${swatch(line.style)}</td>
        <th scope="row" title=${line.name}>${line.name}</th>
        <td class="number value">${formatValue(line.smoothed[at]!)}</td>
        <td class="number faint">${isSmoothed ? html`${formatValue(line.y[at]!)} ${texts.raw}` : ''}</td>
        <td class="number faint">${formatX(line.x[at]!, settings.xAxis)}</td>
      </tr>`;
    })}</tbody>
  </table>`;
}
