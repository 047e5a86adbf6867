// One figure of curves as plain SVG. Each series is told apart three ways (colour, dash, marker), and the numbers stand
// in a table below, so that nothing is said by colour alone. Colours come from the style sheet, light and dark.
import { count, number } from '../format';
import type { CurveFigure, CurveSeries } from '../model';
import { html, type Html } from './html';
import { niceTicks } from './ticks';

/** Of the drawing, in its own units; the page's script is told what it needs in data attributes. */
const size = { width: 560, height: 270, left: 56, right: 14, top: 10, bottom: 42 } as const;
const dashes = ['', '7 3', '2 3', '9 3 2 3'] as const;
const markersPerSeries = 8;
const tableRows = 12;

interface Scale { readonly x: (value: number) => number; readonly y: (value: number) => number; readonly xTicks: number[]; readonly yTicks: number[] }

export function figureHtml(figure: CurveFigure, index: number): Html {
  const scale = scaleOf(figure.series);
  return html`<figure class="chart" data-figure="${index}" data-x="${rangeOf(figure.series, 0).join(' ')}" data-plot="${size.left} ${size.width - size.right}">
<figcaption>${figure.title}</figcaption>
<svg viewBox="0 0 ${size.width} ${size.height}" role="img" aria-label="${description(figure)}">
${scale.yTicks.map((tick) => html`<line class="gridline" x1="${size.left}" x2="${size.width - size.right}" y1="${round(scale.y(tick))}" y2="${round(scale.y(tick))}"/><text class="tick" text-anchor="end" x="${size.left - 6}" y="${round(scale.y(tick) + 4)}">${tickText(tick)}</text>`)}
${scale.xTicks.map((tick) => html`<text class="tick" text-anchor="middle" x="${round(scale.x(tick))}" y="${size.height - size.bottom + 18}">${count(tick)}</text>`)}
<text class="label" text-anchor="middle" x="${(size.left + size.width - size.right) / 2}" y="${size.height - 6}">${figure.xLabel}</text>
<text class="label" text-anchor="middle" transform="rotate(-90 14 ${(size.top + size.height - size.bottom) / 2})" x="14" y="${(size.top + size.height - size.bottom) / 2}">${figure.yLabel}</text>
${figure.series.map((series, at) => seriesSvg(series, at, scale))}
<line class="cursor" x1="0" x2="0" y1="${size.top}" y2="${size.height - size.bottom}" visibility="hidden"/>
</svg>
<ul class="legend">${figure.series.map((series, at) => html`<li data-series="${at}"><svg viewBox="0 0 34 12" aria-hidden="true"><line class="series series-${at % 8}" ${dash(at)} x1="1" x2="33" y1="6" y2="6"/>${marker(at, 17, 6)}</svg><span>${series.name}</span><output></output></li>`)}</ul>
<details><summary>Numbers</summary>${tableHtml(figure)}</details>
</figure>`;
}

function seriesSvg(series: CurveSeries, at: number, scale: Scale): Html {
  const drawn = series.points.map(([x, y]) => [round(scale.x(x)), round(scale.y(y))] as const);
  const every = Math.max(1, Math.ceil(drawn.length / markersPerSeries));
  const offset = drawn.length <= markersPerSeries ? 0 : Math.floor((every * (at % 4)) / 4);
  const marked = drawn.filter((_, index) => index % every === offset);
  return html`<g data-series="${at}"><polyline class="series series-${at % 8}" ${dash(at)} points="${drawn.map((point) => point.join(',')).join(' ')}"/>${marked.map(([x, y]) => marker(at, x, y))}</g>
`;
}

function dash(at: number): Html {
  const pattern = dashes[at % dashes.length]!;
  return pattern === '' ? html`` : html`stroke-dasharray="${pattern}"`;
}

/** Circle, square, triangle, diamond; shifted after four, so that sixteen series differ without colour. */
function marker(at: number, x: number, y: number): Html {
  const type = `marker marker-${at % 8}`;
  switch ((at + Math.floor(at / 4)) % 4) {
    case 0: return html`<circle class="${type}" cx="${x}" cy="${y}" r="3.2"/>`;
    case 1: return html`<rect class="${type}" x="${round(x - 3)}" y="${round(y - 3)}" width="6" height="6"/>`;
    case 2: return html`<path class="${type}" d="M${x} ${round(y - 4)}l3.8 6.6h-7.6z"/>`;
    default: return html`<path class="${type}" d="M${x} ${round(y - 4.4)}l4.4 4.4-4.4 4.4-4.4-4.4z"/>`;
  }
}

function scaleOf(series: readonly CurveSeries[]): Scale {
  const [x0, x1] = rangeOf(series, 0);
  const [low, high] = rangeOf(series, 1);
  const margin = (high - low) * 0.05 || Math.abs(high) * 0.05 || 1;
  const [y0, y1] = [low - margin, high + margin];
  return {
    x: (value) => size.left + ((value - x0) / (x1 - x0 || 1)) * (size.width - size.left - size.right),
    y: (value) => size.height - size.bottom - ((value - y0) / (y1 - y0)) * (size.height - size.top - size.bottom),
    xTicks: niceTicks(x0, x1, 6),
    yTicks: niceTicks(y0, y1, 5),
  };
}

function rangeOf(series: readonly CurveSeries[], axis: 0 | 1): [number, number] {
  const values = series.flatMap(({ points }) => points.map((point) => point[axis]));
  return [Math.min(...values), Math.max(...values)];
}

/** About a dozen x values, each series with its last point at or before it. */
function tableHtml({ series, xLabel, yLabel }: CurveFigure): Html {
  const all = [...new Set(series.flatMap(({ points }) => points.map(([x]) => x)))].sort((a, b) => a - b);
  const wanted = Math.min(tableRows, all.length);
  const xs = [...new Set(Array.from({ length: wanted }, (_, index) => all[Math.round((index * (all.length - 1)) / Math.max(1, wanted - 1))]!))];
  const valueAt = ({ points }: CurveSeries, x: number): string => {
    const point = points.findLast(([px]) => px <= x);
    return point === undefined || points.at(-1)![0] < x ? '' : number(point[1]);
  };
  return html`<div class="scroll"><table><caption>${yLabel}</caption><thead><tr><th scope="col">${xLabel}</th>${series.map(({ name }) => html`<th scope="col">${name}</th>`)}</tr></thead>
<tbody>${xs.map((x) => html`<tr><th scope="row">${x}</th>${series.map((one) => html`<td>${valueAt(one, x)}</td>`)}</tr>`)}</tbody></table></div>`;
}

function description({ title, group, series }: CurveFigure): string {
  const ends = series.map(({ name, points }) => `${name} from ${number(points[0]![1])} to ${number(points.at(-1)![1])}`);
  return `${group}, ${title}: ${ends.join('; ')}`;
}

function tickText(value: number): string {
  return Math.abs(value) >= 100 ? String(Math.round(value)) : String(Number(value.toPrecision(3)));
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
