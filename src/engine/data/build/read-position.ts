// One document's text by its source and position, read from its file again: what a list of findings leads to.
import { userError } from '../../../base/errors/problem';
import type { MixPlan } from '../plan/plan';
import type { SourceDocument } from '../read/document';
import { readDocuments } from '../read/read';
import { partLabel, partsOf } from './parts';

/** @param source as findings name it; positions count from 1 */
export async function readPositions(plan: MixPlan, source: string, positions: readonly number[]): Promise<Map<number, SourceDocument>> {
  const part = partsOf(plan).find((one) => partLabel(one) === source);
  if (!part) throw userError({ code: 'mix-unknown-source', file: plan.file.name, value: source, message: 'the mix has no such source', next: `Name one of: ${partsOf(plan).map(partLabel).join(', ')}.` });
  const wanted = new Set(positions);
  const found = new Map<number, SourceDocument>();
  let position = 0;
  for (const file of part.source.files) {
    for await (const item of readDocuments(file, file.format, part.read)) {
      position += 1;
      if (wanted.delete(position) && item.kind !== 'bad') found.set(position, item);
      if (wanted.size === 0) return found;
    }
  }
  return found;
}
