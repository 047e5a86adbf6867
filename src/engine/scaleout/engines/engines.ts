// The engines that train elsewhere: what each is told, by which files, and how it is started.
import type { Run } from '../../../documents/run/schema';
import { axolotlConfig, axolotlRows } from './axolotl';
import { shardingFiles } from './sharding';
import { computesInBfloat16, type TrainerFacts } from './facts';
import { ownSettings, trlConfig } from './trl';

export type EngineName = Exclude<NonNullable<Run['engine']>, 'embedded'>;

export interface TrainerEngine {
  readonly name: EngineName;
  /** Package that must be there, and what installs it. */
  readonly packageName: string;
  readonly install: string;
  readonly configFile: string;
  /** After `torchrun` and its options. */
  readonly entry: readonly string[];
  /** Files of media/scaleout that go into the job's folder. */
  readonly pythonFiles: readonly string[];
  config(facts: TrainerFacts, longestRow: number): Record<string, unknown>;
  /** Keys of the configuration that are ours. */
  readonly ownSettings: readonly string[];
  /** Files of settings that are no keys of the engine. */
  settings(facts: TrainerFacts, padId: number): Readonly<Record<string, Record<string, unknown>>>;
}

export const engines: Readonly<Record<EngineName, TrainerEngine>> = {
  trl: {
    name: 'trl', packageName: 'trl', install: 'pip install torch transformers trl peft datasets', configFile: 'trl.yaml',
    entry: ['train_trl.py', '--config', 'trl.yaml'], pythonFiles: ['preclinical_callback.py', 'preclinical_rows.py', 'preclinical_sharding.py', 'train_trl.py'],
    config: trlConfig, ownSettings, settings: (facts) => shardingFiles({ ...facts, bfloat16: computesInBfloat16(facts) }),
  },
  axolotl: {
    name: 'axolotl', packageName: 'axolotl', install: 'pip install axolotl', configFile: 'axolotl.yaml',
    entry: ['-m', 'axolotl.cli.train', 'axolotl.yaml'], pythonFiles: ['preclinical_callback.py', 'preclinical_rows.py', 'preclinical_sharding.py', 'preclinical_axolotl.py'],
    config: axolotlConfig, ownSettings: [], settings: (facts, padId) => ({
      'preclinical.json': axolotlRows(facts, padId),
      // Axolotl has FSDP's settings in its own file.
      ...(facts.sharding === 'fsdp' ? {} : shardingFiles({ ...facts, bfloat16: computesInBfloat16(facts) })),
    }),
  },
};

/** Of a run whose engine is another than the embedded one. */
export function engineOf({ engine }: Pick<Run, 'engine'>): TrainerEngine {
  return engines[engine === 'axolotl' ? 'axolotl' : 'trl'];
}
