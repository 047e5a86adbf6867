// Lines of events.jsonl: append-only, one JSON object a line, monotonic `seq` over all attempts of a job.

interface EventBase {
  readonly schema: 1;
  readonly seq: number;
  readonly attempt: number;
  /** Wall clock, milliseconds since 1970. */
  readonly wallMs: number;
  /** Milliseconds since this attempt started, monotonic. */
  readonly elapsedMs: number;
}

/** NaN and infinities are written as strings, since JSON has none. */
export type MetricValue = number | 'NaN' | 'Infinity' | '-Infinity';

/** Named measurements at a step. Names are paths: `train/loss`, `heldout/clinical/loss`, `train/learningRate`; `heldout/domain/NAME/loss` is of all sets of a domain. */
export interface MetricsEvent extends EventBase {
  readonly type: 'metrics';
  /** Optimiser updates done. */
  readonly step: number;
  /** Non-padding tokens seen. */
  readonly tokens: number;
  readonly metrics: Readonly<Record<string, MetricValue>>;
}

/** Steps of a job that is not training: what is being done and how much of it is done. */
export interface ProgressEvent extends EventBase {
  readonly type: 'progress';
  readonly label: string;
  readonly done: number;
  readonly total?: number;
  /** What `done` counts, such as documents. */
  readonly unit?: string;
  /** Of `done`, at the pace of the last while. */
  readonly perSecond?: number;
  /** Until this label is done, at that pace. */
  readonly leftMs?: number;
}

export interface StartedEvent extends EventBase { readonly type: 'started'; readonly totalSteps?: number }
/** Metrics of earlier attempts past `fromStep` no longer count. */
export interface ResumedEvent extends EventBase { readonly type: 'resumed'; readonly fromStep: number }
export interface CheckpointEvent extends EventBase { readonly type: 'checkpoint'; readonly step: number; readonly path: string; readonly durationMs: number; /** Of that, how long training waited. */ readonly stallMs?: number }
export interface NoticeEvent extends EventBase { readonly type: 'notice'; readonly level: 'info' | 'warning'; readonly message: string }
export type SignatureKind =
  | 'non-finite' | 'loss-spike' | 'divergence' | 'rewarming-bump' | 'overfitting' | 'forgetting' | 'router-collapse' | 'stalled-data';
/** A known way of going wrong (but for `rewarming-bump`, which is expected) seen in the numbers of training. */
export interface SignatureEvent extends EventBase {
  readonly type: 'signature';
  readonly kind: SignatureKind;
  readonly step: number;
  readonly message: string;
  /** The metric it was seen in, such as `heldout/clinical/loss`; the training loss when absent. */
  readonly metric?: string;
  /** Updates whose batches are concerned, first and last. */
  readonly updates?: { readonly from: number; readonly to: number };
  /** What these updates learnt from. */
  readonly documents?: readonly ConcernedDocuments[];
}
/** Documents of one stage, by index in it; no text. */
export interface ConcernedDocuments {
  readonly stage: string;
  /** Of several updates, those that most of them learnt from come first. */
  readonly documents: readonly number[];
  /** How many more there are, where that is too many for a line. */
  readonly omitted?: number;
}
export interface RequestAnsweredEvent extends EventBase { readonly type: 'requestAnswered'; readonly requestId: string; readonly answer: 'done' | 'stale' | 'refused'; readonly detail?: string }
/** A step of a study changed state; `job` is the id of the job folder that does it. */
export interface StudyStepEvent extends EventBase { readonly type: 'studyStep'; readonly step: string; readonly state: 'running' | 'done' | 'failed' | 'skipped' | 'stopped'; readonly job?: string; readonly reason?: string }
export interface FinishedEvent extends EventBase { readonly type: 'finished'; readonly state: 'done' | 'stopped' | 'paused' | 'failed'; readonly reason?: string; readonly next?: string }

export type JobEvent =
  | MetricsEvent
  | ProgressEvent
  | StartedEvent
  | ResumedEvent
  | CheckpointEvent
  | NoticeEvent
  | SignatureEvent
  | RequestAnsweredEvent
  | StudyStepEvent
  | FinishedEvent;

/** What a writer supplies; the job folder adds schema, seq, attempt and times. */
export type EventBody = JobEvent extends infer E ? (E extends JobEvent ? Omit<E, keyof EventBase> : never) : never;

export function metricToJson(value: number): MetricValue {
  return Number.isFinite(value) ? value : (String(value) as MetricValue);
}
