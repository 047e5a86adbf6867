// Metrics of one job as columns, taken from its events as they come. Pure: knows neither files nor the editor.
import { decimateMinMax } from '../../base/math/decimation';
import type { JobEvent, MetricsEvent } from '../../protocol/events';
import type { CurveSeries, CurveSignature } from '../../protocol/panels/curves';
import { CurveSignatures } from './signatures';

interface Row { readonly attempt: number; readonly step: number; readonly tokens: number; readonly elapsedMs: number; readonly y: number }

/** A series longer than this is sent as the lowest and highest points of its buckets. */
export const mostPoints = 20_000;

export class CurveColumns {
  readonly #rows = new Map<string, Row[]>();
  readonly #signatures = new CurveSignatures();
  #attempt = 0;
  /** Training time of the attempts before this one. */
  #earlierMs = 0;
  #lastMs = 0;

  take(event: JobEvent): void {
    if (event.attempt !== this.#attempt) {
      this.#attempt = event.attempt;
      this.#earlierMs = this.#lastMs;
    }
    if (event.type === 'metrics') this.#add(event);
    if (event.type === 'resumed') this.#takeBack(event.attempt, event.fromStep);
    this.#signatures.take(event, this.#earlierMs + event.elapsedMs);
  }

  get signatures(): CurveSignature[] {
    return this.#signatures.signatures;
  }

  series(): Record<string, CurveSeries> {
    return Object.fromEntries([...this.#rows].map(([metric, rows]) => [metric, columns(rows)]));
  }

  #add(event: MetricsEvent): void {
    const elapsedMs = this.#earlierMs + event.elapsedMs;
    this.#lastMs = elapsedMs;
    for (const [metric, value] of Object.entries(event.metrics)) {
      const rows = this.#rows.get(metric) ?? [];
      this.#rows.set(metric, rows);
      rows.push({ attempt: event.attempt, step: event.step, tokens: event.tokens, elapsedMs, y: Number(value) });
    }
  }

  /** The attempt that resumes goes on at `fromStep`: what earlier ones measured past it no longer counts, nor its time. */
  #takeBack(attempt: number, fromStep: number): void {
    let lastMs = 0;
    for (const [metric, rows] of this.#rows) {
      const kept = rows.filter((row) => row.attempt >= attempt || row.step <= fromStep);
      this.#rows.set(metric, kept);
      lastMs = Math.max(lastMs, kept.at(-1)?.elapsedMs ?? 0);
    }
    this.#earlierMs = lastMs;
  }
}

function columns(rows: readonly Row[]): CurveSeries {
  const column = (key: Exclude<keyof Row, 'attempt'>): Float64Array => Float64Array.from(rows, (row) => row[key]);
  const whole = { step: column('step'), tokens: column('tokens'), elapsedMs: column('elapsedMs'), y: column('y') };
  if (rows.length <= mostPoints) return whole;
  const { indices } = decimateMinMax(whole.step, whole.y, { from: rows[0]!.step, to: rows.at(-1)!.step, buckets: mostPoints / 2 - 1 });
  const pick = (values: Float64Array): Float64Array => Float64Array.from(indices, (index) => values[index]!);
  return { step: pick(whole.step), tokens: pick(whole.tokens), elapsedMs: pick(whole.elapsedMs), y: pick(whole.y) };
}
