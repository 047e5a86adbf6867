// Marks of failure signatures over a chart: a shape and a name at the step, the whole finding as text when one points at
// it or comes to it by the Tab key.
import { html, svg, type TemplateResult } from 'lit';
import type uPlot from 'uplot';
import type { ChartSignature } from './signatures';

export function signatureMarks(signatures: readonly ChartSignature[], pointed: (text: string | undefined) => void): TemplateResult {
  return html`<div class="signatures">${signatures.map(({ run, style, name, text, isExpected }) => {
    const color = `var(${style.color}, currentColor)`;
    return html`<button class="signature" data-run=${run} aria-label=${text} @focus=${() => { pointed(text); }} @blur=${() => { pointed(undefined); }}
      @mouseenter=${() => { pointed(text); }} @mouseleave=${() => { pointed(undefined); }}>
      <svg width="14" height="13" viewBox="0 0 14 13" aria-hidden="true">${isExpected
        ? svg`<circle cx="7" cy="6.5" r="5.5" fill="none" stroke=${color} stroke-width="1.5" /><path d="M7,3V4.6M7,6V10" stroke=${color} stroke-width="1.6" />`
        : svg`<path d="M7,0.5L13.5,12.5H0.5Z" fill=${color} /><path class="hole" d="M7,4V8M7,9.4V11" stroke-width="1.6" />`}</svg>
      <span>${name}</span></button>`;
  })}</div>`;
}

/** Room a mark takes with its name, and rows of marks beneath each other. */
const namePx = 120;
const rowPx = 15;
const mostRows = 6;

/** Puts the marks where the plot has their x, each in the first row with room; those out of sight are hidden. Near the right end the name is to the left. */
export function placeMarks(layer: Element, signatures: readonly ChartSignature[], plot: uPlot): void {
  const { offsetLeft, clientWidth, clientHeight, offsetTop } = plot.over;
  const rowEnds = new Array<number>(mostRows).fill(-Infinity);
  [...layer.children].forEach((child, i) => {
    const mark = child as HTMLElement;
    const left = plot.valToPos(signatures[i]!.x, 'x');
    mark.hidden = left < 0 || left > clientWidth;
    const isFlipped = clientWidth - left < namePx;
    const free = rowEnds.findIndex((end) => end <= (isFlipped ? left - namePx : left));
    const row = free < 0 ? mostRows - 1 : free;
    if (!mark.hidden) rowEnds[row] = isFlipped ? left : left + namePx;
    mark.style.left = `${offsetLeft + left}px`;
    mark.style.top = `${offsetTop + row * rowPx}px`;
    mark.style.height = `${clientHeight - row * rowPx}px`;
    mark.classList.toggle('flipped', isFlipped);
  });
}
