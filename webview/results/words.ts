// Numbers and names as the panel writes them. Pure.
import type { Estimate } from '../../src/base/math/statistics';
import type { ResultsEvaluation, ResultsTexts } from '../../src/protocol/panels/results';

const minus = '−';

export function fill(text: string, ...values: (string | number)[]): string {
  return text.replace(/\{(\d+)\}/g, (_, place: string) => String(values[Number(place)] ?? ''));
}

function fixed(value: number, digits: number): string {
  const text = Math.abs(value).toFixed(digits);
  return value < 0 && Number(text) !== 0 ? minus + text : text;
}

/** 0.4567 → `45.7`. */
export function percent(value: number): string {
  return fixed(value * 100, 1);
}

/** `45.7 ± 1.2`. */
export function scoreText({ value, standardError }: Estimate): string {
  return standardError === undefined ? percent(value) : `${percent(value)} ± ${percent(standardError)}`;
}

/** 0.0321 → `+3.2`. */
export function pointsOf(value: number): string {
  const text = percent(value);
  return text.startsWith(minus) || Number(text) === 0 ? text : `+${text}`;
}

/** `4 seeds ± 1.2`, their standard deviation; nothing of a single run. */
export function seedsText(seeds: { readonly count: number; readonly deviation: number | undefined } | undefined, texts: ResultsTexts): string {
  if (!seeds) return '';
  return seeds.deviation === undefined ? texts.oneSeed : fill(texts.seeds, String(seeds.count), percent(seeds.deviation));
}

/** `+3.2 ± 1.2`. */
export function changeText({ value, standardError }: Estimate): string {
  return standardError === undefined ? pointsOf(value) : `${pointsOf(value)} ± ${percent(standardError)}`;
}

/** Which way a change goes, when it is beyond two standard errors; told without colour. */
export function directionOf({ value, standardError }: Estimate): 'up' | 'down' | 'level' {
  if (standardError === undefined || Math.abs(value) <= 2 * standardError) return 'level';
  return value > 0 ? 'up' : 'down';
}

export const directionMarks = { up: '▲', down: '▼', level: '·' } as const;

export function pValueText(value: number): string {
  return value < 0.001 ? '< 0.001' : value.toFixed(3);
}

export function fullName({ name, facts }: ResultsEvaluation): string {
  return [name, ...facts].join(' · ');
}
