// What a build found in the documents, as text for the terminal.
import { alignColumns } from '../../base/text/columns';
import type { DuplicatesFile, PhiFile, PhiLine } from '../../protocol/mix-findings';

export function showDuplicates({ settings, documents, tooShort, comparedPairs, clusters }: DuplicatesFile): string {
  const { nGrams, numBuckets, hashesPerBucket, threshold } = settings;
  const dropped = clusters.reduce((sum, { members }) => sum + members.filter((member) => !member.kept).length, 0);
  return [
    `${documents} documents compared by runs of ${nGrams} words (${numBuckets} buckets of ${hashesPerBucket} hashes, threshold ${threshold}), ${tooShort} too short to compare.`,
    `Clusters: ${clusters.length}. Documents dropped: ${dropped}. Pairs counted exactly: ${comparedPairs}.`,
    ...clusters.flatMap(({ members }, at) => ['', `Cluster ${at + 1}`, alignColumns(members.map(({ kept, jaccard, source, document, place }) => [
      `  ${kept ? 'kept' : 'dropped'}`, jaccard.toFixed(3), source, document, document === place ? '' : place,
    ]))]),
  ].join('\n');
}

export function showPhi({ summary, documents }: { readonly summary: PhiFile; readonly documents: readonly PhiLine[] }): string {
  return [
    'What a screen found, which finds what has a form or a label. It is no de-identification.',
    ...Object.entries(summary.sources).map(([source, { screen, documents: count, findings }]) =>
      `${source} (${screen}): ${count === 0 ? 'nothing found' : `${Object.entries(findings).map(([phiClass, number]) => `${phiClass} ${number}`).join(', ')} in ${count} documents`}`),
    ...(summary.notScreened.length === 0 ? [] : [`Not screened: ${summary.notScreened.join(', ')}.`]),
    ...documents.flatMap(({ source, document, place, findings }) => ['', `${source} ${document}${document === place ? '' : ` ${place}`}`,
      ...findings.map(({ class: phiClass, message, start, end }) => `  ${phiClass} ${message === undefined ? '' : `message ${message + 1}, `}characters ${start} to ${end}`)]),
  ].join('\n');
}
