// Niceties of the report page: values under the pointer, and a series brought forward from its legend. The page says all
// it has to say without this script.
import { acquireEditor } from '../common/vscode-api';
import './report.css';

interface Series { readonly name: string; readonly points: readonly (readonly [number, number])[] }
interface Report { readonly study: string; readonly curves: readonly { readonly series: readonly Series[] }[] }

function wire(figure: HTMLElement, series: readonly Series[]): void {
  const svg = figure.querySelector<SVGSVGElement>(':scope > svg');
  const cursor = figure.querySelector<SVGLineElement>('.cursor');
  const entries = [...figure.querySelectorAll<HTMLElement>('.legend li')];
  // Ends of the x axis, as values and as places in the drawing.
  const [low = 0, high = 1] = numbers(figure.dataset['x']);
  const [left = 0, right = 1] = numbers(figure.dataset['plot']);
  if (!svg || !cursor) return;

  svg.addEventListener('pointermove', (event) => {
    const box = svg.getBoundingClientRect();
    const at = ((event.clientX - box.left) / box.width) * svg.viewBox.baseVal.width;
    const share = (at - left) / (right - left);
    if (share < 0 || share > 1) return;
    cursor.setAttribute('x1', String(at));
    cursor.setAttribute('x2', String(at));
    cursor.setAttribute('visibility', 'visible');
    const x = low + share * (high - low);
    entries.forEach((entry, index) => { say(entry, nearest(series[index]?.points ?? [], x)); });
  });
  svg.addEventListener('pointerleave', () => {
    cursor.setAttribute('visibility', 'hidden');
    for (const entry of entries) say(entry, undefined);
  });
  for (const entry of entries) {
    entry.tabIndex = 0;
    const pick = (picked: boolean): void => {
      figure.classList.toggle('picked', picked);
      for (const part of figure.querySelectorAll(`[data-series="${entry.dataset['series'] ?? ''}"]`)) part.classList.toggle('picked', picked);
    };
    entry.addEventListener('pointerenter', () => { pick(true); });
    entry.addEventListener('pointerleave', () => { pick(false); });
    entry.addEventListener('focus', () => { pick(true); });
    entry.addEventListener('blur', () => { pick(false); });
  }
}

function numbers(text = ''): number[] {
  return text.split(' ').map(Number);
}

function nearest(points: Series['points'], x: number): readonly [number, number] | undefined {
  const first = points[0];
  return first && points.reduce((best, point) => (Math.abs(point[0] - x) < Math.abs(best[0] - x) ? point : best), first);
}

function say(entry: HTMLElement, point: readonly [number, number] | undefined): void {
  const output = entry.querySelector('output');
  if (output) output.textContent = point ? `${point[1].toFixed(3)} at ${point[0]}` : '';
}

const data = document.getElementById('report')?.textContent;
const report = data ? (JSON.parse(data) as Report) : undefined;
for (const figure of document.querySelectorAll<HTMLElement>('figure[data-figure]')) {
  wire(figure, report?.curves[Number(figure.dataset['figure'])]?.series ?? []);
}

// In the editor the panel says which study it is of, so that it can be made again after a reload of the window.
if (report && 'acquireVsCodeApi' in globalThis) acquireEditor<never, { readonly study: string }>().setState({ study: report.study });
