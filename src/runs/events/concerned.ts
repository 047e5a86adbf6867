// The documents that a failure signature names, in as many words as a line has room for. Numbers only, never their text.
import type { ConcernedDocuments, SignatureEvent } from '../../protocol/events';

/** Documents of a stage that are named; what is more is counted. */
const mostNamed = 12;

/** `clinical: 3, 17; general: 4 + 21` */
export function describeConcerned(stages: readonly ConcernedDocuments[]): string {
  return stages.map(({ stage, documents, omitted = 0 }) => {
    const rest = Math.max(0, documents.length - mostNamed) + omitted;
    return `${stage}: ${documents.slice(0, mostNamed).join(', ')}${rest > 0 ? ` + ${rest}` : ''}`;
  }).join('; ');
}

/** What a terminal says of one. */
export function describeSignature({ kind, step, message, updates, documents }: SignatureEvent): string {
  const said = `${kind === 'rewarming-bump' ? '' : 'Warning: '}step ${step}, ${kind}: ${message}`;
  if (documents === undefined) return said;
  const of = updates === undefined || updates.from === updates.to ? 'its batch' : `updates ${updates.from} to ${updates.to}`;
  return `${said} (documents of ${of}: ${describeConcerned(documents)})`;
}
