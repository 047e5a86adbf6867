// What the engine says of a mix file before it is built (`preclinical mix plan FILE --json`), and of all mixes of a
// workspace (`preclinical mix list --json`).
import type { MixSource } from '../documents/mix/schema';
import type { SourceSize, StageAmounts } from '../documents/mix/amounts/stage';

export interface PlannedSourceSize extends SourceSize, Pick<MixSource, 'domain' | 'role' | 'licence' | 'phi' | 'egress'> {
  /** Files read, and their bytes on disk. */
  readonly files: number;
  readonly fileBytes: number;
}

export interface MixPlanAnswer {
  readonly schema: 1;
  readonly name: string;
  /** Of everything that goes in; the product's folder is named by it. */
  readonly hash: string;
  /** Absolute folder of the product, there or not. */
  readonly folder: string;
  readonly built: boolean;
  readonly repeatCap: number;
  /** What each source leaves for training, once over. */
  readonly sources: Readonly<Record<string, PlannedSourceSize>>;
  readonly stages: readonly StageAmounts[];
  readonly feasible: boolean;
}

/** One product of a mix. */
export interface MixBuild {
  readonly hash: string;
  /** Absolute. */
  readonly folder: string;
  /** ISO-8601 UTC. */
  readonly builtAt: string;
  /** Of all stages together. */
  readonly tokens: number;
  readonly documents: number;
  /** Of its files on disk. */
  readonly bytes: number;
}

export interface MixListing {
  /** Absolute path of the *.mix.yaml. */
  readonly file: string;
  readonly name?: string;
  /** Of the product that the file and its inputs as they are now give; absent when they give none. */
  readonly hash?: string;
  /** Why they give none, as the terminal says it. */
  readonly problem?: string;
  /** Newest first. */
  readonly builds: readonly MixBuild[];
}
