// How the user looks at the curves: kept with the panel, over hiding and reloading.
import type { CurvesPanelState } from '../../src/protocol/panels/curves';

export const xAxes = ['tokens', 'step', 'elapsedMs'] as const;
export type XAxis = (typeof xAxes)[number];

export interface CurvesSettings {
  readonly xAxis: XAxis;
  readonly logarithmic: boolean;
  /** 0 to 1, as smoothTimeWeighted takes it. */
  readonly smoothing: number;
  /** Ids of runs that are not drawn. */
  readonly hidden: readonly string[];
  /** Metrics shown as a table. */
  readonly tables: readonly string[];
}

export interface KeptState extends CurvesPanelState { readonly settings: CurvesSettings }

/** The slider is finer towards 1, where most of the difference is: its middle is 0.875. */
export function amountAt(position: number): number {
  return 1 - (1 - position) ** 3;
}

export function positionOf(amount: number): number {
  return 1 - Math.cbrt(1 - amount);
}

export const firstSettings: CurvesSettings = { xAxis: 'tokens', logarithmic: false, smoothing: amountAt(0.5), hidden: [], tables: [] };

/** What an older version of the panel may have left is taken as far as it makes sense. */
export function settingsFrom(kept: unknown): CurvesSettings {
  const given = (kept ?? {}) as Partial<Record<keyof CurvesSettings, unknown>>;
  const smoothing = Number(given.smoothing ?? firstSettings.smoothing);
  return {
    xAxis: xAxes.find((one) => one === given.xAxis) ?? firstSettings.xAxis,
    logarithmic: given.logarithmic === true,
    smoothing: smoothing >= 0 && smoothing <= 1 ? smoothing : firstSettings.smoothing,
    hidden: strings(given.hidden),
    tables: strings(given.tables),
  };
}

function strings(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((one) => typeof one === 'string') : [];
}
