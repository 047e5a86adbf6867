// What the terminal shows of a built mix's near-duplicates and of its screen.
import assert from 'node:assert/strict';
import { showDuplicates, showPhi } from '../../../../src/engine/cli/show-findings';

describe('findings in the terminal', () => {
  it('lists clusters with what was kept and how alike the others are', () => {
    const text = showDuplicates({
      schema: 1, settings: { nGrams: 5, numBuckets: 14, hashesPerBucket: 8, threshold: 0.8, normNumbers: true, seed: 1 }, documents: 9, tooShort: 1, comparedPairs: 3,
      clusters: [{ members: [
        { source: 'notes', document: 'n.txt:1', place: 'n.txt:1', kept: true, jaccard: 1 },
        { source: 'web', document: 'PMC12', place: 'a.nxml', kept: false, jaccard: 0.8125 },
      ] }],
    });
    assert.match(text, /9 documents compared by runs of 5 words \(14 buckets of 8 hashes, threshold 0\.8\), 1 too short/);
    assert.match(text, /Clusters: 1\. Documents dropped: 1\. Pairs counted exactly: 3\./);
    assert.match(text, /kept +1\.000 +notes +n\.txt:1\s*\n +dropped +0\.813 +web +PMC12 +a\.nxml/);
  });

  it('names the classes and places, what was not screened, and that a screen is no de-identification', () => {
    const text = showPhi({
      summary: { schema: 1, sources: { notes: { screen: 'redact', documents: 1, findings: { date: 2 } }, chats: { screen: 'keep', documents: 0, findings: {} } }, notScreened: ['web'] },
      documents: [{ source: 'notes', document: 'n.txt:1', place: 'n.txt:1', findings: [{ class: 'date', start: 4, end: 14 }, { class: 'date', start: 20, end: 30, message: 1 }] }],
    });
    assert.match(text, /no de-identification/);
    assert.match(text, /notes \(redact\): date 2 in 1 documents\nchats \(keep\): nothing found\nNot screened: web\./);
    assert.match(text, /notes n\.txt:1\n {2}date characters 4 to 14\n {2}date message 2, characters 20 to 30/);
  });
});
