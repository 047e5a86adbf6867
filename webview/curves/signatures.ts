// Failure signatures as a chart shows them: where, by what name, and the whole finding as text. Pure.
import type { CurveRun, CurveSignature, CurvesTexts } from '../../src/protocol/panels/curves';
import { formatX } from './format';
import { runStyle, type RunStyle } from './run-style';
import type { CurvesSettings } from './settings';

export interface ChartSignature {
  readonly run: string;
  readonly style: RunStyle;
  readonly x: number;
  /** What it is called, such as `Loss spike`. */
  readonly name: string;
  /** The whole finding. */
  readonly text: string;
  /** An expected rise is said, not alarmed at. */
  readonly isExpected: boolean;
}

export function signaturesOf(runs: readonly CurveRun[], metric: string, texts: CurvesTexts, { hidden, xAxis }: CurvesSettings): ChartSignature[] {
  return runs.flatMap((run, place) => (hidden.includes(run.id) ? [] : run.signatures.filter((one) => one.metric === metric).map((one) => ({
    run: run.id, style: runStyle(place), x: one[xAxis], name: texts.signatures[one.kind], text: textOf(one, run.name, texts), isExpected: one.kind === 'rewarming-bump',
  })))).sort((a, b) => a.x - b.x);
}

function textOf({ kind, step, message, updates, documents }: CurveSignature, run: string, texts: CurvesTexts): string {
  const values: Readonly<Record<string, string>> = { 0: texts.signatures[kind], 1: formatX(step, 'step'), 2: run, 3: message };
  const finding = texts.finding.replace(/\{(\d)\}/g, (_, index: string) => values[index]!);
  if (documents === undefined) return finding;
  if (updates === undefined || updates.from === updates.to) return `${finding} ${texts.findingDocuments.replace('{0}', () => documents)}`;
  const ofUpdates = [formatX(updates.from, 'step'), formatX(updates.to, 'step'), documents];
  return `${finding} ${texts.findingDocumentsOfUpdates.replace(/\{(\d)\}/g, (_, index: string) => ofUpdates[Number(index)]!)}`;
}

/** What stands in the data table at this x. */
export function signatureCell(signatures: readonly ChartSignature[], x: number): string {
  return signatures.filter((one) => one.x === x).map(({ text }) => text).join(' · ');
}
