// What a study's report says, as data: numbers, names and settings, never the text of a question or a document.
import type { Estimate, Interval } from '../../../base/math/statistics';
import type { MetricName } from '../../evaluate';

export interface StudyReport {
  readonly schema: 1;
  readonly title: string;
  readonly description?: string;
  /** Id of the study's job. */
  readonly study: string;
  /** The user's study file, relative to the workspace. */
  readonly file?: string;
  /** ISO-8601 UTC of when the report was made. */
  readonly at: string;
  readonly primaryMetric: { readonly task: string; readonly metric: MetricName };
  readonly steps: readonly StepReport[];
  readonly tasks: readonly TaskReport[];
  readonly grid: GridReport;
  readonly interaction?: InteractionReport;
  readonly comparisons: readonly ComparisonReport[];
  readonly heldOut: HeldOutReport;
  readonly prompting: readonly PromptingReport[];
  readonly curves: readonly CurveFigure[];
  readonly runs: readonly RunSettings[];
  readonly mixes: readonly MixSettings[];
  readonly provenance: readonly ProvenanceRow[];
  /** Plain sentences: what did not help, what is missing, how far the numbers carry. */
  readonly notes: readonly string[];
}

export interface StepReport {
  readonly name: string;
  readonly kind: 'mix' | 'run' | 'evaluate' | 'prompt';
  readonly state: 'done' | 'running' | 'failed' | 'skipped' | 'stopped' | 'not started';
  readonly reason?: string;
  readonly job?: string;
  /** Wall time of all attempts. */
  readonly durationMs?: number;
}

export interface TaskReport {
  readonly task: string;
  readonly questions: number;
  /** Accuracy of guessing, 0 … 1: the mean of one over the number of choices. */
  readonly chance?: number;
  readonly shots: number;
  readonly setAside: number;
  readonly questionBlind: boolean;
  readonly metrics: readonly MetricName[];
}

export interface Difference {
  readonly estimate: Estimate;
  /** Normal 95 % interval from the standard error of the paired differences. */
  readonly interval?: Interval;
}

export interface CellScore extends Difference {
  readonly toParent?: Difference;
  readonly toBase?: Difference;
  /** Of a method: how many seeds, and the standard deviation of its accuracy from seed to seed. One run when absent. */
  readonly seeds?: { readonly count: number; readonly deviation: number };
}

export interface GridCell {
  readonly row: string;
  readonly column: string;
  /** Training steps of the cell: one run, or the seeds of a method. */
  readonly steps: readonly string[];
  /** Training step, or steps, it started from. */
  readonly parent?: string;
  /** By task, then metric; a task the cell was not evaluated on is absent. */
  readonly scores: Readonly<Record<string, Readonly<Partial<Record<MetricName, CellScore>>>>>;
}

export interface GridReport {
  readonly rows: readonly { readonly name: string; readonly title: string }[];
  readonly columns: readonly { readonly name: string; readonly title: string }[];
  readonly base?: string;
  readonly cells: readonly GridCell[];
}

/** A difference on the primary metric with what is needed to judge it. */
export interface TestedDifference extends Difference {
  /** Percentile bootstrap over items, 95 %. */
  readonly bootstrap: Interval;
  readonly beyondTwoStandardErrors: boolean;
}

export interface InteractionReport {
  readonly treated: string;
  readonly treatedParent: string;
  readonly control: string;
  readonly controlParent: string;
  /** Absent when one of the four was not evaluated on the primary metric. */
  readonly result?: TestedDifference;
}

export interface ComparisonReport {
  readonly better: string;
  readonly than: string;
  readonly because: string;
  readonly result?: TestedDifference & {
    /** Two-sided: exact McNemar, or over seeds and questions by resampling both. */
    readonly p: number;
    /** Holm-adjusted over the named comparisons. */
    readonly adjustedP: number;
    /** Of methods: seeds on each side. One run on each side compares runs, not methods. */
    readonly seeds?: readonly [better: number, than: number];
  };
}

export interface HeldOutValue {
  /** Nats a token. */
  readonly loss: number;
  readonly bitsPerByte: number;
}

export interface HeldOutReport {
  /** `isWholeDomain`: all sets of the domain together, where it has several. */
  readonly sets: readonly { readonly name: string; readonly domain?: string; readonly isWholeDomain?: boolean }[];
  readonly runs: readonly {
    readonly step: string;
    readonly values: Readonly<Record<string, { readonly before?: HeldOutValue; readonly after?: HeldOutValue }>>;
  }[];
}

export interface PromptingReport {
  readonly step: string;
  /** Training step whose checkpoint was asked. */
  readonly of: string;
  readonly questions: number;
  readonly strategies: readonly {
    readonly name: string;
    readonly samplesPerQuestion: number;
    readonly accuracy: Difference;
    readonly answered: number;
    readonly accuracyAnswered?: number;
    readonly failureRate: number;
    readonly agreement?: number;
    readonly ties?: number;
    /** Against the first strategy over the same questions. */
    readonly toFirst?: Difference;
  }[];
}

export interface CurveFigure {
  readonly title: string;
  readonly group: string;
  readonly xLabel: string;
  readonly yLabel: string;
  readonly series: readonly CurveSeries[];
}

export interface CurveSeries {
  readonly name: string;
  /** x, y; ascending x. */
  readonly points: readonly (readonly [number, number])[];
}

export interface RunSettings {
  readonly step: string;
  readonly values: Readonly<Record<string, string>>;
}

export interface MixSettings {
  readonly name: string;
  readonly hash: string;
  readonly usedBy: readonly string[];
  readonly tokenizer: string;
  readonly sequenceLength: number;
  readonly stages: readonly {
    readonly name: string;
    readonly tokens: number;
    readonly lossTokens: number;
    readonly sources: readonly { readonly name: string; readonly domain: string; readonly tokens: number; readonly share: number; readonly epochs: number }[];
  }[];
}

export interface ProvenanceRow {
  readonly step: string;
  readonly job: string;
  readonly attempts: number;
  readonly values: Readonly<Record<string, string>>;
}
