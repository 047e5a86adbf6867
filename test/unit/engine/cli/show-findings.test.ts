// What the terminal shows of a built mix's near-duplicates and of its screen.
import assert from 'node:assert/strict';
import { showContamination, showDropped, showDuplicates, showPhi, showSamples } from '../../../../src/engine/cli/show-findings';

describe('findings in the terminal', () => {
  it('lists clusters with what was kept and how alike the others are', () => {
    const text = showDuplicates({
      schema: 2, settings: { nGrams: 5, numBuckets: 14, hashesPerBucket: 8, threshold: 0.8, normNumbers: true, seed: 1 }, documents: 9, tooShort: 1, comparedPairs: 3, skippedPairs: 0, clusters: 1, listedClusters: 1,
      listed: [{ members: [
        { source: 'notes', document: 'n.txt:1', place: { file: 'n.txt', line: 1 }, position: 1, kept: true, jaccard: 1 },
        { source: 'web', document: 'PMC12', place: { file: 'a.nxml' }, position: 4, kept: false, jaccard: 0.8125 },
      ] }],
    });
    assert.match(text, /9 documents compared by runs of 5 words \(14 buckets of 8 hashes, threshold 0\.8\), 1 too short/);
    assert.match(text, /Clusters: 1\. Documents dropped: 1\. Pairs counted exactly: 3\./);
    assert.match(text, /\nCluster 1\n/);
    assert.match(text, /kept +1\.000 +notes +n\.txt:1\s*\n +dropped +0\.813 +web +PMC12 +a\.nxml/);
  });

  it('says what it does not list of them', () => {
    const member = { source: 'notes', document: 'n.txt:1', place: { file: 'n.txt', line: 1 }, position: 1, kept: true, jaccard: 1 };
    const text = showDuplicates({
      schema: 2, settings: { nGrams: 5, numBuckets: 14, hashesPerBucket: 8, threshold: 0.8, normNumbers: true, seed: 1 }, documents: 9_000, tooShort: 1, comparedPairs: 3, skippedPairs: 12, clusters: 3, listedClusters: 1, dropped: 870,
      listed: [{ members: [member], more: 800 }],
    });
    assert.match(text, /Clusters: 3, the first 1 of them listed\. Documents dropped: 870\. Pairs counted exactly: 3\. Compared with the latest neighbours only, in crowded buckets: 12 times\./);
    assert.match(text, /Cluster 1, the first 1 of its 801 documents\n/);
  });

  it('names the classes and places, what was not screened, and that a screen is no de-identification', () => {
    const text = showPhi({
      summary: { schema: 1, sources: { notes: { screen: 'redact', documents: 1, findings: { date: 2 } }, chats: { screen: 'keep', documents: 0, findings: {} } }, notScreened: ['web'] },
      documents: [{ source: 'notes', document: 'n.txt:1', place: { file: 'n.txt', line: 1 }, position: 1, action: 'redact', findings: [{ class: 'date', start: 4, end: 14 }, { class: 'date', start: 20, end: 30, message: 1 }] }],
    });
    assert.match(text, /no de-identification/);
    assert.match(text, /notes \(redact\): date 2 in 1 documents\nchats \(keep\): nothing found\nNot screened: web\./);
    assert.match(text, /notes n\.txt:1\n {2}date characters 4 to 14\n {2}date message 2, characters 20 to 30/);
  });

  const found = { source: 'notes', document: 'n.txt:7', place: { file: 'n.txt', line: 7 }, position: 7 };

  it('says which rule dropped a document, what it measured, and what is kept instead', () => {
    const text = showDropped([
      { ...found, step: 'filter', reason: 'gopher-short-doc', value: 12, limit: 50 },
      { ...found, step: 'exact', reason: 'duplicate', keeper: { ...found, source: 'web', document: 'w1' } },
    ]);
    assert.match(text, /notes +filter +gopher-short-doc +12 +50 +n\.txt:7/);
    assert.match(text, /notes +exact +duplicate +n\.txt:7 +web w1/);
    assert.equal(showDropped([]), 'Nothing was dropped.');
  });

  it('names a benchmark that was not checked, and a training split as such', () => {
    const text = showContamination(
      { schema: 2, checked: [{ benchmark: 'medqa', file: 'q.jsonl', state: 'checked', split: 'train', questions: 3, tooShort: 0, setAside: 0, documents: 1 }, { benchmark: 'mmlu', state: 'not-checked', split: 'evaluation', questions: 0, tooShort: 0, setAside: 0, documents: 0 }] },
      [{ ...found, benchmark: 'medqa', file: 'q.jsonl', item: 'q3', split: 'train', by: 'words', nGram: 13, start: 4, end: 80, dropped: false }],
    );
    assert.match(text, /mmlu +evaluation +not checked/);
    assert.match(text, /notes n\.txt:7 holds medqa q3, of its own training split, by a run of 13 words, characters 4 to 80; kept/);
  });

  it('marks what is learnt of a conversation', () => {
    const text = showSamples([{ ...found, step: 'kept', before: { offset: 0, bytes: 1 }, after: { offset: 1, bytes: 1 }, learned: [[5, 8]], beforeText: 'user: Q\n\nassistant: A', afterText: '[Q]: Aok end' }]);
    assert.match(text, /=== notes n\.txt:7 {2}— kept\nuser: Q\n\nassistant: A\n--- as trained on\n\[Q\]: ⟦Aok⟧ end/);
  });
});
