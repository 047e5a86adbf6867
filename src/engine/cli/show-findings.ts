// What a build found in the documents, as text for the terminal.
import { alignColumns } from '../../base/text/columns';
import type { ContaminationFile, ContaminationLine, DroppedLine, DuplicatesFile, FoundPlace, PhiFile, PhiLine } from '../../protocol/mix-findings';
import type { ShownSample } from '../data';

export function showDuplicates({ settings, documents, tooShort, comparedPairs, skippedPairs, clusters, listed, dropped = droppedOf(listed) }: DuplicatesFile): string {
  const { nGrams, numBuckets, hashesPerBucket, threshold } = settings;
  return [
    `${documents} documents compared by runs of ${nGrams} words (${numBuckets} buckets of ${hashesPerBucket} hashes, threshold ${threshold}), ${tooShort} too short to compare.`,
    `Clusters: ${clusters}${listed.length < clusters ? `, the first ${listed.length} of them listed` : ''}. Documents dropped: ${dropped}. Pairs counted exactly: ${comparedPairs}${skippedPairs > 0 ? `. Compared with the latest neighbours only, in crowded buckets: ${skippedPairs} times` : ''}.`,
    ...listed.flatMap(({ members, more }, at) => ['', `Cluster ${at + 1}${more === undefined ? '' : `, the first ${members.length} of its ${members.length + more} documents`}`, alignColumns(members.map(({ kept, jaccard, source, document, place }) => [
      `  ${kept ? 'kept' : 'dropped'}`, jaccard.toFixed(3), source, document, document === placeText(place) ? '' : placeText(place),
    ]))]),
  ].join('\n');
}

function droppedOf(listed: DuplicatesFile['listed']): number {
  return listed.reduce((sum, { members }) => sum + members.filter((member) => !member.kept).length, 0);
}

export function showPhi({ summary, documents }: { readonly summary: PhiFile; readonly documents: readonly PhiLine[] }): string {
  return [
    'What a screen found, which finds what has a form or a label. It is no de-identification.',
    ...Object.entries(summary.sources).map(([source, { screen, documents: count, findings }]) =>
      `${source} (${screen}): ${count === 0 ? 'nothing found' : `${Object.entries(findings).map(([phiClass, number]) => `${phiClass} ${number}`).join(', ')} in ${count} documents`}`),
    ...(summary.notScreened.length === 0 ? [] : [`Not screened: ${summary.notScreened.join(', ')}.`]),
    ...documents.flatMap(({ source, document, place, findings }) => ['', `${source} ${document}${document === placeText(place) ? '' : ` ${placeText(place)}`}`,
      ...findings.map(({ class: phiClass, message, start, end }) => `  ${phiClass} ${message === undefined ? '' : `message ${message + 1}, `}characters ${start} to ${end}`)]),
  ].join('\n');
}

export function showDropped(lines: readonly DroppedLine[]): string {
  if (lines.length === 0) return 'Nothing was dropped.';
  return alignColumns([['source', 'step', 'reason', 'found', 'limit', 'document', 'kept instead'], ...lines.map(({ source, step, reason, value, limit, document, place, keeper }) => [
    source, step, reason, value === undefined ? '' : String(value), limit === undefined ? '' : String(limit), document === '' ? placeText(place) : document, keeper ? `${keeper.source} ${keeper.document}` : '',
  ])]);
}

export function showContamination({ checked }: ContaminationFile, lines: readonly ContaminationLine[]): string {
  return [
    alignColumns([['benchmark', 'file', 'split', 'state', 'questions', 'documents'], ...checked.map((one) => [
      one.benchmark, one.file ?? '', one.split, one.state === 'checked' ? 'checked' : 'not checked', String(one.questions), one.state === 'checked' ? String(one.documents) : '',
    ])], [4, 5]),
    ...lines.map(({ source, document, benchmark, item, split, by, nGram, start, end, dropped }) =>
      `${source} ${document} holds ${benchmark} ${item}${split === 'train' ? ', of its own training split' : ''}, by ${by === 'pmid' ? 'PubMed id' : `a run of ${nGram ?? 0} words, characters ${start ?? 0} to ${end ?? 0}`}; ${dropped ? 'dropped' : 'kept'}`),
  ].join('\n');
}

/** Documents as read and as trained on; what bears loss of a conversation stands between ⟦ and ⟧. */
export function showSamples(samples: readonly ShownSample[]): string {
  return samples.map(({ source, step, reason, document, place, beforeText, afterText, learned }) => [
    `=== ${source} ${document} ${document === placeText(place) ? '' : placeText(place)} — ${step === 'kept' ? 'kept' : `dropped: ${reason ?? step}`}`,
    beforeText,
    ...(afterText === undefined || (afterText === beforeText && !learned) ? [] : ['--- as trained on', markLearned(afterText, learned ?? [])]),
  ].join('\n')).join('\n\n');
}

function markLearned(text: string, learned: readonly (readonly [number, number])[]): string {
  let result = '';
  let at = 0;
  for (const [start, end] of learned) {
    result += `${text.slice(at, start)}⟦${text.slice(start, end)}⟧`;
    at = end;
  }
  return result + text.slice(at);
}

function placeText({ file, line, record, offset }: FoundPlace): string {
  const known = `${line === undefined ? '' : `:${line}`}${record === undefined ? '' : `#${record}`}`;
  return `${file}${known === '' && offset ? ` at byte ${offset}` : known}`;
}
