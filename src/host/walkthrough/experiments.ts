// The experiments of the walkthrough: where the sample workspace keeps each, and when one counts as done. Pure.
import type { RunEntry } from '../runs/entry';

export interface Experiment {
  /** Its command and context key are `preclinical.walkthrough.KEY`. */
  readonly key: string;
  /** Name in its study file. */
  readonly study: string;
  /** Path in the sample workspace. */
  readonly file: string;
}

export const experiments: readonly Experiment[] = [
  { key: 'continuedPretraining', study: 'continued-pretraining', file: 'walkthrough/1-continued-pretraining.study.yaml' },
  { key: 'neftune', study: 'neftune', file: 'walkthrough/2-neftune.study.yaml' },
  { key: 'chainOfThought', study: 'chain-of-thought', file: 'walkthrough/3-chain-of-thought.study.yaml' },
];

/** Whether a study of this name has run to its end here. */
export function isDone(experiment: Experiment, entries: readonly Pick<RunEntry, 'kind' | 'file' | 'reading'>[]): boolean {
  return entries.some(({ kind, file, reading }) => kind === 'study' && reading.state === 'done' && file?.replaceAll('\\', '/').endsWith(experiment.file) === true);
}
