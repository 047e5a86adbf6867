// Which runs a command is about, from whatever a view, a lens or the palette hands over.
import { isJobId } from '../../runs/id';

/** Ids in ids, lists of them and tree items that carry one; a view hands the item clicked and then all that are selected. */
export function runIdsOf(args: readonly unknown[]): string[] {
  const ids = args.flatMap(idsIn);
  return [...new Set(ids)];
}

function idsIn(value: unknown): string[] {
  if (typeof value === 'string') return isJobId(value) ? [value] : [];
  if (Array.isArray(value)) return value.flatMap(idsIn);
  if (value === null || typeof value !== 'object') return [];
  const { id, runIds, job } = value as { readonly id?: unknown; readonly runIds?: unknown; readonly job?: unknown };
  return [...idsIn(runIds ?? []), ...(typeof id === 'string' ? idsIn(id) : []), ...(typeof job === 'object' ? idsIn(job) : [])];
}
