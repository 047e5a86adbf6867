// A stage as one stacked bar: a segment a source, with colour, pattern and name; the rows below say the same in numbers.
import { html, svg, type TemplateResult } from 'lit';
import type { StageAmounts } from '../../src/documents/mix/amounts/stage';
import type { MixFormTexts } from '../../src/protocol/panels/mix';
import { fill } from '../common/fill';
import { formatShare } from '../common/format';
import { patternOf } from '../common/pattern';

const heightPx = 34;

export interface BarSource { readonly name: string; readonly place: number }

/** `sources` in the order of the stage; `key` keeps pattern ids of several bars of a page apart. */
export function stageBar(key: string, amounts: StageAmounts, sources: readonly BarSource[], texts: MixFormTexts): TemplateResult {
  const parts = amounts.sources.map((one, index) => ({ ...one, ...sources[index]!, part: one.share ?? 0 }));
  const words = parts.map(({ name, part }) => `${name} ${formatShare(part)}`).join(', ');
  let before = 0;
  const segments = parts.map((part) => {
    const start = before;
    before += part.part;
    return { ...part, start };
  });
  return html`<svg class="bar" width="100%" height=${heightPx} role="img" aria-label=${fill(texts.bar, amounts.name, words)}>
    ${svg`<defs>${segments.map(({ place }, index) => patternOf(`${key}-${index}`, place))}</defs>
    ${segments.filter(({ part }) => part > 0).map(({ name, start, part, fault }) => svg`<svg x=${percent(start)} width=${percent(part)} height=${heightPx} overflow="hidden" data-segment=${name}>
      <rect class=${fault ? 'segment faulty' : 'segment'} width="100%" height=${heightPx} fill=${`url(#${key}-${parts.findIndex((one) => one.name === name)})`} />
      <text x="8" y=${heightPx / 2 + 4}>${name} ${formatShare(part)}</text>
    </svg>`)}`}
  </svg>`;
}

function percent(part: number): string {
  return `${Number((part * 100).toFixed(4))}%`;
}
