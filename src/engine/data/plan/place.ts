// Where in the mix file a problem of the world (a missing file, a source that runs out) belongs.
import { UserError, type Problem } from '../../../base/errors/problem';
import { withPlaces } from '../../../documents/common/parse-yaml';

/** The mix file as problems name it, and its text when it can still be read. */
export interface MixFile { readonly name: string; readonly text?: string }

/** A UserError at a key of the mix file, or at the closest parent that the file has. */
export function mixError(file: MixFile, key: readonly (string | number)[], problem: Omit<Problem, 'severity' | 'file' | 'line' | 'key'>): UserError {
  const unplaced: Problem = { ...problem, severity: 'error', file: file.name, key: key.join('.') };
  const [placed = unplaced] = file.text === undefined ? [] : withPlaces([unplaced], file.text);
  return new UserError(placed);
}
