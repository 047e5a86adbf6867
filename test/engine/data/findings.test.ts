// Filters and the screen for protected health information in a whole build: what they set aside is counted, what is redacted
// is what is trained on, and what was found is listed by place without its text.
import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import type { UserError } from '../../../src/base/errors/problem';
import { buildMix, measureMix, planMix, readDuplicates, readPhi, readReport, readShard, type MixManifest, type MixPlan } from '../../../src/engine/data';
import { loadTokenizer } from '../../../src/engine/tokenizer';
import { addTokenizer, makeWorkspace, type TestWorkspace } from '../../fixtures/data/workspace';

const mix = `name: m
tokenizer: tokenizer
sources:
  kept: { path: kept.txt, format: lines, domain: a, phiScreen: keep }
  redacted: { path: redacted.txt, format: lines, domain: a, phiScreen: redact }
  dropped: { path: dropped.txt, format: lines, domain: a, phiScreen: drop }
  web: { path: web.txt, format: lines, domain: b, filters: { maximumCharacters: 500, gopherQuality: { minDocWords: 8 } } }
stages: [{ name: all, sources: { kept: { epochs: 1 }, redacted: { epochs: 1 }, dropped: { epochs: 1 }, web: { epochs: 1 } } }]
`;
const sentence = 'the history of the valley and of those that have lived with its two rivers is a long one to tell';

describe('filters and the screen in a build', () => {
  let workspace: TestWorkspace;
  let plan: MixPlan;
  let manifest: MixManifest;
  before(async () => {
    workspace = await makeWorkspace({
      'm.mix.yaml': mix,
      'kept.txt': 'Mrs. Hale has fever since 2021-03-04.\nThe patient has cough.\n',
      'redacted.txt': 'Mr. Brown rang from 555-234-5678 on 2020-01-02.\nMr. Green rang from 555-234-9999 on 2020-02-03.\nNo finding in this one.\n',
      'dropped.txt': 'Write to a.b@example.org about it.\nAmoxicillin 500 mg is given.\n',
      'web.txt': [sentence, 'too few words', `${sentence} `.repeat(6), 'biopsy clinic dosage embolus fracture glucose hormone insulin jaundice kidney', 'x'.repeat(501)].join('\n'),
    });
    await addTokenizer(path.join(workspace.root, 'tokenizer'));
    plan = await planMix(path.join(workspace.root, 'm.mix.yaml'), workspace.root);
    manifest = await buildMix(plan);
  });
  after(() => workspace.remove());

  it('counts what each rule and the screen set aside', () => {
    const setAside = Object.fromEntries(Object.entries(manifest.counts).map(([name, counts]) => [name, counts.setAside]));
    assert.deepEqual(setAside, {
      kept: {}, redacted: { duplicate: 1 }, dropped: { 'phi-found': 1 },
      web: { 'gopher-short-doc': 1, 'too-long': 2, 'gopher-enough-stop-words': 1 },
    });
  });

  it('says in the manifest what the screen found, and nothing of a source that was not screened', () => {
    assert.deepEqual(manifest.counts['redacted']!.phiFound, { date: 2, name: 2, phone: 2 });
    assert.equal(manifest.counts['web']!.phiFound, undefined);
  });

  it('trains on what is redacted, and on what is kept as it was', async () => {
    const tokenizer = await loadTokenizer(plan.tokenizerFolder);
    const { tokens, starts } = await readShard(plan.folder, 'stage-all');
    const texts = Array.from(starts, (start, i) => tokenizer.decode([...tokens.subarray(start, starts[i + 1])]));
    assert.ok(texts.includes('Mr. [NAME] rang from [PHONE] on [DATE].'));
    assert.ok(texts.includes('Mrs. Hale has fever since 2021-03-04.'));
    assert.ok(!texts.some((text) => /Brown|Green|example/.test(text)));
  });

  it('lists what was found by place, and writes its text nowhere', async () => {
    const { summary, documents } = await readPhi(plan);
    assert.deepEqual(summary, {
      schema: 1, notScreened: ['web'],
      sources: {
        kept: { screen: 'keep', documents: 1, findings: { date: 1, name: 1 } },
        redacted: { screen: 'redact', documents: 2, findings: { date: 2, name: 2, phone: 2 } },
        dropped: { screen: 'drop', documents: 1, findings: { email: 1 } },
      },
    });
    assert.deepEqual(documents[0], { source: 'kept', document: 'kept.txt:1', place: { file: 'kept.txt', line: 1, offset: 0 }, position: 1, action: 'keep', findings: [{ class: 'name', start: 5, end: 9 }, { class: 'date', start: 26, end: 36 }] });
    for (const name of (await readdir(plan.folder)).filter((file) => !file.endsWith('.bin') && file !== 'sample-texts.txt')) assert.doesNotMatch(await readFile(path.join(plan.folder, name), 'utf8'), /Hale|Brown|2021-03|a\.b@|555-/, name);
    assert.match(await readReport(plan), /Screen of redacted for protected health information: date 2, name 2, phone 2 in 2 documents\. .* no de-identification/);
  });

  it('is measured as it is built', async () => {
    const sizes = await measureMix(plan);
    for (const [name, { documents, tokens }] of Object.entries(sizes)) assert.deepEqual([documents, tokens], [manifest.counts[name]!.documentsKept, manifest.counts[name]!.tokens], name);
  });

  it('says what is missing when there is nothing to look at', async () => {
    const code = async (promise: Promise<unknown>): Promise<string> => promise.then(() => 'none', (error: unknown) => (error as UserError).problems[0]!.code);
    assert.equal(await code(readDuplicates(plan)), 'mix-no-minhash');
    const other = await planMix(path.join(workspace.root, 'm.mix.yaml'), workspace.root, { seed: 9 });
    assert.equal(await code(readPhi(other)), 'mix-not-built');
    await workspace.write('n.mix.yaml', mix.replaceAll(/, phiScreen: \w+/g, ''));
    assert.equal(await code(readPhi(await planMix(path.join(workspace.root, 'n.mix.yaml'), workspace.root))), 'mix-no-phi-screen');
  });

  it('finds near-duplicates in the text as it is redacted', async () => {
    const line = (name: string): string => `Mr. ${name} was seen and the wound was clean and dry with no sign of infection in the left lower leg today.`;
    await workspace.write('near.txt', `${line('Brown')}\n${line('Green').replace('today', 'now')}\n`);
    await workspace.write('near.mix.yaml', `name: near\ntokenizer: tokenizer\nsources: { a: { path: near.txt, format: lines, domain: a, phiScreen: redact } }\ndeduplicate: { minhash: { threshold: 0.85, numBuckets: 40, hashesPerBucket: 2 } }\nstages: [{ name: s, sources: { a: { epochs: 1 } } }]\n`);
    const near = await planMix(path.join(workspace.root, 'near.mix.yaml'), workspace.root);
    assert.deepEqual((await buildMix(near)).counts['a']!.setAside, { 'near-duplicate': 1 });
    const { listed } = await readDuplicates(near);
    assert.equal(listed[0]!.members[1]!.jaccard, Number((17 / 19).toFixed(4)));
  });
});
