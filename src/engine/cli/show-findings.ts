// What a build found in the documents, as text for the terminal.
import { alignColumns } from '../../base/text/columns';
import type { DuplicatesFile } from '../../protocol/mix-findings';

export function showDuplicates({ settings, documents, tooShort, comparedPairs, clusters }: DuplicatesFile): string {
  const { nGrams, numBuckets, hashesPerBucket, threshold } = settings;
  const dropped = clusters.reduce((sum, { members }) => sum + members.filter((member) => !member.kept).length, 0);
  return [
    `${documents} documents compared by runs of ${nGrams} words (${numBuckets} buckets of ${hashesPerBucket} hashes, threshold ${threshold}), ${tooShort} too short to compare.`,
    `${clusters.length} clusters, ${dropped} documents dropped, ${comparedPairs} pairs counted exactly.`,
    ...clusters.flatMap(({ members }, at) => ['', `Cluster ${at + 1}`, alignColumns(members.map(({ kept, jaccard, source, document, place }) => [
      `  ${kept ? 'kept' : 'dropped'}`, jaccard.toFixed(3), source, document, document === place ? '' : place,
    ]))]),
  ].join('\n');
}
