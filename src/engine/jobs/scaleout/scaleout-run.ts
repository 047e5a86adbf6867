// A run that another engine trains, when everything of it is settled and written down.
import type { Run, Scaleout } from '../../../documents/run/schema';
import type { Check, HandEdit } from '../../../protocol/prepared';
import type { MixManifest } from '../../data/shard';
import type { Place, PythonFound } from '../../scaleout';
import type { DataPlan, HeldOutSet } from '../../train';
import type { StartingPoint } from '../train/base';
import type { ChosenSharding } from './sharding';

export interface ScaleoutRun {
  readonly run: Run;
  readonly settings: Scaleout;
  readonly manifest: MixManifest;
  readonly plan: DataPlan;
  readonly heldOut: readonly HeldOutSet[];
  readonly start: StartingPoint;
  readonly python: PythonFound;
  readonly onGpu: boolean;
  readonly sharding: ChosenSharding;
  /** Folder everything of the trainer is in. */
  readonly folder: string;
  /** Folder of the weights the run begins with. */
  readonly base: string;
  /** The base is random weights of this run's own. */
  readonly isNew: boolean;
  readonly place: Place;
  /** What was looked at before the start; none of them forbids it. */
  readonly checks: readonly Check[];
  /** Names of the files that are meant to be read and changed. */
  readonly generated: readonly string[];
  readonly kept: readonly HandEdit[];
}
