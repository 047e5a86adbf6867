// What the screen for protected health information found, as files of the product: counts by class, and the place of each
// finding. Places only; the text stays in its source.
import { type PhiCounts, type PhiDocument, type PhiFile, type PhiLine, phiLinesName, phiName } from '../../../protocol/mix-findings';
import type { MixPlan } from '../plan/plan';
import { type Collected, increase } from './collect';
import { writePrivate, type WrittenFile } from './write';

/** No files when no source is screened. */
export async function writePhi({ mix }: MixPlan, folder: string, sources: ReadonlyMap<string, Collected>): Promise<WrittenFile[]> {
  const screened = Object.entries(mix.sources).flatMap(([name, { phiScreen }]) => (phiScreen ? [{ name, screen: phiScreen, found: sources.get(name)?.phi ?? [] }] : []));
  if (screened.length === 0) return [];
  const summary: PhiFile = {
    schema: 1,
    sources: Object.fromEntries(screened.map(({ name, screen, found }) => [name, { screen, ...phiCounts(found) }])),
    notScreened: Object.entries(mix.sources).filter(([, source]) => !source.phiScreen).map(([name]) => name),
  };
  const lines = screened.flatMap(({ name, found }) => found.map((one) => `${JSON.stringify({ source: name, ...one } satisfies PhiLine)}\n`));
  return [
    await writePrivate(folder, phiName, `${JSON.stringify(summary, undefined, 2)}\n`),
    await writePrivate(folder, phiLinesName, lines.join('')),
  ];
}

export function phiCounts(found: readonly PhiDocument[]): Pick<PhiCounts, 'documents' | 'findings'> {
  const counts: Record<string, number> = {};
  for (const { findings } of found) for (const finding of findings) increase(counts, finding.class);
  return { documents: found.length, findings: Object.fromEntries(Object.entries(counts).sort(([a], [b]) => (a < b ? -1 : 1))) };
}
