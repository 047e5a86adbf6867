// A made-up build and its findings, for tests of their panel.
import type { FunnelStep, MixStep } from '../../src/protocol/mix-findings';
import type { FindingList, FindingRow, FindingsBuild, FindingsPage, FindingsSnapshot, FindingsTexts, FindingFilter } from '../../src/protocol/panels/findings';
import { pageRows } from '../../src/protocol/panels/findings';

export const texts: FindingsTexts = {
  title: 'Build Findings: {0}', built: 'Build {0} of {1}', current: 'of the file as it is', outOfDate: 'of an earlier state of the file', nothingBuilt: 'Nothing is built of this mix.', earlierVersion: 'Build again.',
  commands: { build: 'Build…', openForm: 'Form', openReport: 'Report', openManifest: 'Manifest' },
  tabs: { funnel: 'Funnel', samples: 'Samples', dropped: 'Dropped', duplicates: 'Near-duplicates', phi: 'PHI screen', contamination: 'Contamination' },
  steps: { 'read': 'Read', 'filter': 'Filter', 'phi': 'PHI screen', 'exact': 'Exact duplicates', 'decontaminate': 'Decontaminate', 'near': 'Near-duplicates', 'held-out': 'Hold out', 'encode': 'Encode', 'kept': 'Kept' },
  stepHelp: { 'read': 'r', 'filter': 'Rules of the source.', 'phi': 'p', 'exact': 'e', 'decontaminate': 'd', 'near': 'n', 'held-out': 'h', 'encode': 'e', 'kept': 'k' },
  units: { documents: 'Documents', bytes: 'Bytes', tokens: 'Tokens' }, show: 'Show', source: 'Source', allSources: 'All sources',
  allKinds: { samples: 'Every step', dropped: 'Every reason', duplicates: 'All', phi: 'Every class', contamination: 'Every benchmark' },
  step: 'Step', into: 'In', outOf: 'Out', dropped: 'Dropped', reasons: 'Reasons', estimated: 'Tokens are estimated.', funnelPicture: '{2}: {0} of {1} are left after the last step.', ofRead: 'of what was read',
  document: 'Document', place: 'Place', reason: 'Reason', measured: 'measured {0}', measuredAgainst: 'measured {0}, limit {1}', insteadOf: 'Kept instead: {0}', listedOf: '{0} are listed of {1} that were dropped.', rows: '{0} listed',
  none: { samples: 'No samples.', dropped: 'Nothing was dropped.', duplicates: 'None found.', phi: 'Nothing found.', contamination: 'Nothing leaked.' }, noMatch: 'Nothing of this kind.',
  cluster: 'Cluster', members: '{0} documents', kept: 'kept', similarity: 'Similarity', compare: 'Compare with the Kept One', duplicatesSummary: '{0} clusters among {1} documents: runs of {2} words, threshold {3}; {4} pairs, {5} too short.', clustersListed: 'The first {0} of {1} clusters are listed.', pairsSkipped: '{0} documents in crowded buckets.', notLookedFor: 'Not looked for.',
  more: 'and {0} more', findings: 'Findings', action: { keep: 'kept', redact: 'redacted', drop: 'dropped' }, phiNote: 'It is no de-identification.', notScreened: 'Not screened: {0}.', characters: 'characters {0} to {1}', message: 'message {0}',
  benchmark: 'Benchmark', item: 'Item', by: { words: 'words', pmid: 'PubMed id' }, split: { train: 'training split', evaluation: 'evaluation split' }, state: { 'checked': 'checked', 'not-checked': 'not checked' },
  questions: 'Questions', tooShort: 'Too short', documents: 'Documents', stays: 'stays', open: 'Open Text', before: 'As read', after: 'As trained on', afterDropped: 'Dropped: {0}', learned: 'Marked text bears loss.', cut: 'The text goes on.',
  choose: 'Choose a row.', keys: 'Arrow keys move, Enter opens the text.', loading: 'Loading…',
};

const steps: readonly MixStep[] = ['read', 'filter', 'phi', 'decontaminate', 'held-out', 'exact', 'near', 'encode'];
/** Documents left behind each step, and why others are not. */
function funnelOf(read: number, ...losses: readonly (Readonly<Record<string, number>> | undefined)[]): FunnelStep[] {
  let left = read;
  return steps.map((step, at) => {
    const dropped = losses[at] ?? {};
    const documentsIn = left;
    left -= Object.values(dropped).reduce((sum, count) => sum + count, 0);
    return { step, documentsIn, documentsOut: left, bytesIn: documentsIn * 900, bytesOut: left * 900, tokensIn: documentsIn * 210, tokensOut: left * 210, tokensEstimated: step !== 'encode', dropped };
  });
}

export const build: FindingsBuild = {
  name: 'clinical-cpt', hash: '0123456789ab', builtAt: '2026-01-02T03:04:05.000Z', isCurrent: true,
  funnel: [
    { name: 'notes', role: 'target', steps: funnelOf(60_000, { 'not-json': 40 }, { 'too-short': 2_400, 'min-words': 900 }, { 'phi-found': 5_000 }, { contaminated: 320 }, { 'held-out': 3_000, 'group-held-out': 100 }, { duplicate: 9_000 }, { 'near-duplicate': 4_100 }) },
    { name: 'books', role: 'replay', steps: funnelOf(30_000, undefined, undefined, undefined, undefined, { 'held-out': 1_500 }, { duplicate: 200 }) },
    { name: 'heldout-other', steps: funnelOf(500) },
  ],
  duplicates: { schema: 2, settings: { nGrams: 5, numBuckets: 14, hashesPerBucket: 8, threshold: 0.8, normNumbers: true, seed: 1 }, documents: 70_000, tooShort: 12, comparedPairs: 5_100, skippedPairs: 0, clusters: 2_000, listedClusters: 2_000 },
  phi: { schema: 1, sources: { notes: { screen: 'drop', documents: 5_000, findings: { date: 9_000, name: 400 } } }, notScreened: ['books'] },
  contamination: { schema: 2, checked: [
    { benchmark: 'medqa', file: '../questions/medqa.jsonl', state: 'checked', split: 'evaluation', questions: 1_273, tooShort: 4, setAside: 0, documents: 320 },
    { benchmark: 'medmcqa', state: 'not-checked', split: 'evaluation', questions: 0, tooShort: 0, setAside: 0, documents: 0 },
  ] },
};

export const scope = { file: '/w/mixes/clinical-cpt.mix.yaml' };
export const snapshot = (change: Partial<FindingsSnapshot> = {}): FindingsSnapshot => ({ type: 'snapshot', scope, build, texts, ...change });

const document = (position: number, source = 'notes') => ({ source, document: `${source}.jsonl:${position}`, place: { file: `../data/${source}.jsonl`, line: position, offset: position * 100 }, position });

export const rowsOf: Readonly<Record<FindingList, (at: number) => FindingRow>> = {
  samples: (at) => ({ ...document(at + 1), step: at % 2 === 0 ? 'kept' : 'filter', ...(at % 2 === 0 ? {} : { reason: 'too-short' }), before: { offset: 0, bytes: 3 }, ...(at % 2 === 0 ? { after: { offset: 3, bytes: 3 }, learned: [[4, 9]] } : {}) }),
  dropped: (at) => ({ ...document(at + 1), step: at % 3 === 0 ? 'near' : 'filter', reason: at % 3 === 0 ? 'near-duplicate' : 'min-words', ...(at % 3 === 0 ? { keeper: document(900_000 + at, 'books') } : { value: 12, limit: 50 }) }),
  duplicates: (at) => ({ members: [{ ...document(at + 1, 'books'), kept: true, jaccard: 1 }, { ...document(at + 2), kept: false, jaccard: 0.912 }, { ...document(at + 3), kept: false, jaccard: 0.87 }], more: 0 }),
  phi: (at) => ({ ...document(at + 1), action: 'drop', findings: [{ class: 'date', start: 10, end: 20 }, { class: 'name', start: 30, end: 40 }], more: 0 }),
  contamination: (at) => ({ ...document(at + 1), benchmark: 'medqa', file: '../questions/medqa.jsonl', item: `q-${at}`, split: 'evaluation', by: 'words', nGram: 13, start: 5, end: 80, dropped: true }),
};

export function page(list: FindingList, from: number, total: number, filter: FindingFilter = {}): FindingsPage {
  return {
    type: 'page', hash: build.hash, list, filter, from, total, rows: Array.from({ length: Math.min(pageRows, total - from) }, (_, i) => rowsOf[list](from + i)),
    sources: [{ name: 'notes', count: total }], kinds: list === 'duplicates' ? [] : [{ name: list === 'samples' ? 'kept' : 'min-words', count: total }],
  };
}
