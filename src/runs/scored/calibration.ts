// Calibration of a task's answers: the confidence in an answer is the probability of its option among the options, from
// their summed log-likelihoods, and it is right when `acc` says so.
import { calibrationOf, optionProbabilities, type Calibration } from '../../base/math/calibration';
import type { StoredTask } from './read';

/** Undefined where log-likelihoods were not kept, as of answers in words. */
export function taskCalibration({ items }: StoredTask): Calibration | undefined {
  return calibrationOf(items.flatMap(({ logLikelihoods, scores }) => {
    const right = scores['acc'];
    return logLikelihoods && right !== undefined ? [{ confidence: Math.max(...optionProbabilities(logLikelihoods)), isRight: right === 1 }] : [];
  }));
}
