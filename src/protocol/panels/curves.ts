// What the curves panel and the host say to each other. The panel says `ready` each time its page is made; the host
// then and on every change sends a complete snapshot, and nothing at all while the panel is hidden.
import type { SignatureKind } from '../events';
import type { JobState } from '../status';

/** Columns of one metric, a row a measurement, in the order of training. Measurements a resume took back are left out. */
export interface CurveSeries {
  /** Optimiser updates done. */
  readonly step: Float64Array;
  /** Non-padding tokens seen. */
  readonly tokens: Float64Array;
  /** Milliseconds of training, attempts one after the other without the pauses between. */
  readonly elapsedMs: Float64Array;
  /** NaN and infinities as they were measured. */
  readonly y: Float64Array;
}

export type CurveRunState = JobState | 'lost' | 'missing';

export interface CurveRun {
  readonly id: string;
  /** What the user calls it: a label, else the name in its file. Text, never markup. */
  readonly name: string;
  readonly state: CurveRunState;
  /** By the metric's name, such as `heldout/clinical/loss`. */
  readonly series: Readonly<Record<string, CurveSeries>>;
  readonly signatures: readonly CurveSignature[];
}

/** A failure signature, at the chart of its metric. */
export interface CurveSignature {
  readonly kind: SignatureKind;
  readonly metric: string;
  readonly step: number;
  /** As of the last measurement before it. */
  readonly tokens: number;
  readonly elapsedMs: number;
  /** One sentence. Text, never markup. */
  readonly message: string;
  /** Updates whose batches are concerned, first and last. */
  readonly updates?: { readonly from: number; readonly to: number };
  /** Documents of these, by number in their stage. */
  readonly documents?: string;
}

/** A run whose series lie in the snapshot's block: four columns of `length` numbers from `start`. */
export interface PackedRun extends Omit<CurveRun, 'series'> {
  readonly series: Readonly<Record<string, { readonly start: number; readonly length: number }>>;
}

/** Words of the panel in the language of the editor. */
export interface CurvesTexts {
  readonly states: Readonly<Record<CurveRunState, string>>;
  /** By the metric's name, for those that have a title; `heldoutLoss` and `heldoutBitsPerByte` have {0} for the domain. */
  readonly titles: Readonly<Record<string, string>>;
  readonly heldoutLoss: string;
  readonly heldoutBitsPerByte: string;
  /** Of all held-out sets of a domain; {0} for it. */
  readonly heldoutDomainLoss: string;
  readonly heldoutDomainBitsPerByte: string;
  readonly xAxis: string;
  readonly tokens: string;
  readonly steps: string;
  readonly time: string;
  readonly logarithmic: string;
  readonly smoothing: string;
  readonly smoothingHelp: string;
  readonly chooseRuns: string;
  readonly resetZoom: string;
  readonly showTable: string;
  readonly showChart: string;
  readonly runs: string;
  readonly run: string;
  readonly noRuns: string;
  readonly noMetrics: string;
  readonly chartKeys: string;
  readonly raw: string;
  readonly signatures: Readonly<Record<SignatureKind, string>>;
  /** Head of the table's column of failure signatures. */
  readonly findings: string;
  /** {0} what it is called, {1} step, {2} run, {3} sentence. */
  readonly finding: string;
  /** Of one batch; {0} numbers. */
  readonly findingDocuments: string;
  /** Of several; {0} first update, {1} last one, {2} numbers. */
  readonly findingDocumentsOfUpdates: string;
}

export interface CurvesSnapshot {
  readonly type: 'snapshot';
  /** Packed and unpacked by curves-block. */
  readonly runs: readonly PackedRun[];
  readonly block: Float64Array;
  readonly texts: CurvesTexts;
}

export type HostToCurves = CurvesSnapshot;
export type CurvesToHost = { readonly type: 'ready' } | { readonly type: 'chooseRuns' };

/** What the panel leaves with the editor, to be had again after a reload of the window. */
export interface CurvesPanelState {
  readonly runIds: readonly string[];
}
