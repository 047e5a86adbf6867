// What `preclinical estimate --json` answers: what a run or study needs, computed before anything starts.
import type { BackendName, Run, Sharding } from '../documents/run/schema';

/** Bytes of one training process at its fullest moment, by what they are for. */
export interface MemoryFigures {
  readonly weightBytes: number;
  readonly gradientBytes: number;
  /** AdamW's first and second moments. */
  readonly momentBytes: number;
  readonly activationBytes: number;
  readonly peakBytes: number;
  /** What the backend can hold, and how much of it a run of this shape may fill. */
  readonly limitBytes: number;
  readonly usableBytes: number;
}

/** Largest settings that fit when the others stay; absent when none does. */
export interface LargestSettings {
  readonly batchSize?: number;
  readonly sequenceLength?: number;
  /** The run fits as it is when it recomputes activations. */
  readonly recomputeActivations?: true;
}

/** Of a run that another engine trains: how it is shared out between GPUs, and what else would fit. */
export interface ScaleoutFigures {
  readonly engine: string;
  readonly nodes: number;
  /** Of all machines; a GPU each. */
  readonly processes: number;
  readonly precision: 'float32' | 'bfloat16';
  readonly sharding: Sharding;
  /** The file left the choice to the estimate. */
  readonly isChosenByEstimate: boolean;
  readonly choices: readonly { readonly sharding: Sharding; readonly peakBytes: number; readonly fits: boolean }[];
  /** Gathered layers, copies in lower precision, gradients under way; of one process. */
  readonly workingBytes: number;
  readonly isGpu: boolean;
  /** Floating-point operations of the whole run. */
  readonly flops?: number;
  /** By `teraflops`, which the run file assumes of one GPU. */
  readonly gpuHours?: number;
  readonly hours?: number;
  readonly teraflops?: number;
}

export interface SourceFigures {
  readonly source: string;
  readonly stage: string;
  readonly domain: string;
  /** Tokens of it the whole run sees, and how often it sees the source. */
  readonly tokens: number;
  readonly epochs: number;
}

export interface TimeFigures {
  readonly totalMs: number;
  readonly trainMs: number;
  /** Measuring held-out loss: a forward pass, counted as a third of a training pass over the same tokens. */
  readonly heldOutMs: number;
  readonly tokensPerSecond: number;
  /** `measured`: just now, with real micro-batches of this shape; `cached`: by an earlier estimate on this machine. */
  readonly source: 'measured' | 'cached';
  /** Share of the micro-batch that was measured; the rest is in proportion. 1 when it was the real one. */
  readonly measuredFraction: number;
  readonly device: string;
  /** The mix is not built, so every row is taken as full; a bound for conversations, which are shorter. */
  readonly assumesFullRows?: true;
}

export interface DiskFigures {
  readonly checkpointBytes: number;
  /** Kept ones, and the one being written beside them. */
  readonly neededBytes: number;
  readonly freeBytes: number;
}

export interface RunEstimate {
  readonly kind: 'run';
  readonly name: string;
  /** What computes; with another engine than the embedded one, the figures are of one of its processes. */
  readonly backend: BackendName | Exclude<Run['engine'], 'embedded' | undefined>;
  readonly parameters: number;
  readonly batchSize: number;
  readonly sequenceLength: number;
  readonly accumulationSteps: number;
  readonly memory: MemoryFigures;
  readonly fits: boolean;
  /** Set when it does not fit. */
  readonly largest?: LargestSettings;
  readonly mix: { readonly name: string; readonly file: string; readonly built: boolean; /** Its documents are not on this machine. */ readonly missing?: true };
  /** Absent when the base is on this machine; what is downloaded from the Hub before the run starts. */
  readonly download?: { readonly model: string; readonly bytes: number };
  /** Absent while the mix is not built and its file does not say. */
  readonly steps?: number;
  readonly tokens?: number;
  /** Empty until the mix is built. */
  readonly sources: readonly SourceFigures[];
  /** Absent when it was not asked for, cannot be known yet, or the run does not fit. */
  readonly time?: TimeFigures;
  readonly disk: DiskFigures;
  /** Present with another engine than the embedded one. */
  readonly scaleout?: ScaleoutFigures;
}

export interface StudyEstimate {
  readonly kind: 'study';
  readonly name: string;
  readonly parallel: number;
  /** Trainings by step; evaluations, prompts and mixes are not counted. */
  readonly runs: Readonly<Record<string, RunEstimate>>;
  readonly tokens?: number;
  /** Training time of all runs, and with `parallel` of them side by side on this machine's cores. */
  readonly computeMs?: number;
  readonly elapsedMs?: number;
  /** Of as many of the largest runs as go side by side. */
  readonly peakBytes: number;
  readonly fits: boolean;
  readonly disk: DiskFigures;
}

export type Estimate = RunEstimate | StudyEstimate;
