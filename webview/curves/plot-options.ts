// How uPlot draws a chart: the theme's colours, a band, a faint line and a strong one for each run, and its markers.
import type uPlot from 'uplot';
import { faded, themeColor } from '../common/theme';
import type { Line, Range } from './charts';
import { formatTick, formatValue, timeSteps } from './format';
import { columnsOfLine } from './plot-data';
import { isOpen, markerPath } from './run-style';
import type { CurvesSettings } from './settings';

const markerRadiusPx = 3.5;
const betweenMarkersPx = 80;
// eslint-disable-next-line @typescript-eslint/no-unsafe-enum-assignment -- uPlot's enumeration exists as a type only
const logarithmic: uPlot.Scale = { distr: 3 };

export interface PlotEvents {
  readonly range: () => Range;
  readonly zoomed: (range: Range | undefined) => void;
  /** x under the cursor; undefined when it left. */
  readonly pointed: (x: number | undefined) => void;
  /** The plot is drawn: what lies over it can be put in its place. */
  readonly drawn: (plot: uPlot) => void;
}

export function plotOptions(lines: readonly Line[], settings: CurvesSettings, size: { width: number; height: number }, events: PlotEvents): uPlot.Options {
  const text = themeColor('--vscode-foreground');
  const grid = { stroke: faded(text, 15), width: 1 };
  const font = `11px ${themeColor('--vscode-font-family', 'sans-serif')}`;
  const colors = lines.map((line) => themeColor(line.style.color, text));
  return {
    ...size,
    legend: { show: false },
    padding: [8, 12, 0, 0],
    scales: {
      x: { time: false, range: () => { const { from, to } = events.range(); return [from, to]; } },
      y: settings.logarithmic ? logarithmic : {},
    },
    axes: [
      {
        stroke: text, grid, ticks: grid, font, size: 32, space: settings.xAxis === 'elapsedMs' ? 90 : 60,
        values: (_, splits) => splits.map((value) => formatTick(value, settings.xAxis)),
        ...(settings.xAxis === 'elapsedMs' ? { incrs: [...timeSteps] } : {}),
      },
      // uPlot leaves ticks of a crowded log axis out by making them null.
      { stroke: text, grid, ticks: grid, font, size: 58, values: (_, splits) => (splits as (number | null)[]).map((value) => (value === null ? '' : formatValue(value))) },
    ],
    series: [{}, ...lines.flatMap((line, place) => seriesOf(line, colors[place]!, settings))],
    bands: lines.map((_, place) => ({ series: [place * columnsOfLine + 2, place * columnsOfLine + 1], fill: faded(colors[place]!, 18) })),
    cursor: {
      points: { show: false },
      drag: { x: true, y: false, setScale: false },
      sync: { key: `curves-${settings.xAxis}`, setSeries: false },
      bind: { dblclick: () => () => { events.zoomed(undefined); return null; } },
    },
    hooks: {
      draw: [events.drawn],
      setSelect: [(plot) => { takeSelection(plot, events); }],
      setCursor: [(plot) => {
        const { left } = plot.cursor;
        events.pointed(left === undefined || left < 0 ? undefined : plot.posToVal(left, 'x'));
      }],
      drawSeries: [(plot, series) => {
        const place = Math.floor((series - 1) / columnsOfLine);
        if (series > 0 && (series - 1) % columnsOfLine === 3) drawMarkers(plot, series, lines[place]!, colors[place]!);
      }],
    },
  };
}

function seriesOf(line: Line, color: string, settings: CurvesSettings): uPlot.Series[] {
  const edge: uPlot.Series = { stroke: 'transparent', width: 0, points: { show: false } };
  return [
    edge, { ...edge },
    { stroke: faded(color, 35), width: 1, points: { show: false }, show: settings.smoothing > 0 },
    { stroke: color, width: 1.75, dash: [...line.style.dash], points: { show: false } },
  ];
}

function takeSelection(plot: uPlot, events: PlotEvents): void {
  const { left, width } = plot.select;
  if (width <= 2) return;
  events.zoomed({ from: plot.posToVal(left, 'x'), to: plot.posToVal(left + width, 'x') });
  plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
}

/** A marker each so many pixels, and on the last point, so that crowded lines stay lines. */
function drawMarkers(plot: uPlot, series: number, line: Line, color: string): void {
  const [xs] = plot.data;
  const ys = plot.data[series]!;
  const { ctx } = plot;
  const scale = devicePixelRatio;
  const path = new Path2D(markerPath(line.style.marker, markerRadiusPx * scale));
  const last = ys.findLastIndex((y) => typeof y === 'number');
  ctx.save();
  ctx.beginPath();
  ctx.rect(plot.bbox.left, plot.bbox.top, plot.bbox.width, plot.bbox.height);
  ctx.clip();
  ctx.fillStyle = color;
  ctx.strokeStyle = color;
  ctx.lineWidth = 1.5 * scale;
  ctx.setLineDash([]);
  let lastX = -Infinity;
  for (let i = 0; i < xs.length; i += 1) {
    const y = ys[i];
    if (typeof y !== 'number') continue;
    const atX = plot.valToPos(xs[i]!, 'x', true);
    if (i !== last && atX - lastX < betweenMarkersPx * scale) continue;
    lastX = atX;
    ctx.setTransform(1, 0, 0, 1, atX, plot.valToPos(y, 'y', true));
    if (isOpen(line.style.marker)) ctx.stroke(path);
    else ctx.fill(path);
  }
  ctx.restore();
}
