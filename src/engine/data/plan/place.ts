// Where in the mix file a problem of the world (a missing file, a source that runs out) belongs.
import { isMap, isNode, isScalar, LineCounter, parseDocument } from 'yaml';
import { userError, type Problem, type UserError } from '../../../base/errors/problem';

/** The mix file as problems name it, and its text when it can still be read. */
export interface MixFile { readonly name: string; readonly text?: string }

/** A UserError at a key of the mix file. */
export function mixError(file: MixFile, key: readonly (string | number)[], problem: Omit<Problem, 'severity' | 'file' | 'line' | 'key'>): UserError {
  const line = file.text === undefined ? undefined : lineOf(file.text, key);
  return userError({ ...problem, file: file.name, key: key.join('.'), ...(line === undefined ? {} : { line }) });
}

/** Line of the key, or of the closest parent that the file has. */
function lineOf(text: string, key: readonly (string | number)[]): number | undefined {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  for (let length = key.length; length > 0; length--) {
    const parent: unknown = length === 1 ? document.contents : document.getIn(key.slice(0, length - 1), true);
    const pair = isMap(parent) ? parent.items.find((item) => isScalar(item.key) && item.key.value === key[length - 1]) : undefined;
    const node = pair ? pair.key : document.getIn(key.slice(0, length), true);
    if (isNode(node) && node.range) return lines.linePos(node.range[0]).line;
  }
  return undefined;
}
