// A mix is measured as it would be built: the same sizes, the same verdict, and tokens as close as whole documents come.
import assert from 'node:assert/strict';
import { readdir, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import fc from 'fast-check';
import { UserError } from '../../../src/base/errors/problem';
import { answerPlan, buildMix, HashCache, listMixes, measureMix, planMix, type MixPlan } from '../../../src/engine/data';
import { cacheFolder } from '../../../src/runs/layout';
import { addTokenizer, makeWorkspace, type TestWorkspace } from '../../fixtures/data/workspace';

const stage = (sources: string, more = ''): string => `stages: [{ name: main, ${more}sources: ${sources} }]\n`;
const sources = `name: m
tokenizer: tokenizer
repeatCap: 3
sources:
  notes: { path: notes.jsonl, domain: clinical, groupBy: patient, minimumCharacters: 12 }
  general: { path: general.txt, format: lines, domain: general, role: replay, licence: MIT }
decontaminate: [questions.jsonl]
heldOut:
  patients: { source: notes, fraction: 0.25 }
  prose: { path: held.txt, format: lines, domain: general }
`;
const question = 'Which medicine is given first to a patient who has a severe reaction after a bee sting?';

function notes(): string {
  const records = Array.from({ length: 60 }, (_, i) => ({ patient: `p${i % 20}`, text: `Patient ${i} has fever and cough${' and more'.repeat(i % 7)}.` }));
  return [...records, { patient: 'p3', text: 'short' }, { patient: 'p4', text: 'Patient 5 has FEVER and cough and more and more and more and more and more.' }, { patient: 'p5', text: `Note. ${question}` }, { text: 'No patient here at all.' }]
    .map((record) => JSON.stringify(record)).join('\n');
}

describe('measuring a mix', () => {
  let workspace: TestWorkspace;
  before(async () => {
    workspace = await makeWorkspace({
      'notes.jsonl': notes(),
      'general.txt': [...Array.from({ length: 40 }, (_, i) => `Line ${i} of other things${', really'.repeat(i % 5)}.`), 'Held out, word for word.', 'patient 7 has fever and cough.', 'Line 3 of other things, really, really, really.'].join('\n'),
      'held.txt': 'Held out, word for word.\nAnother.\n', 'questions.jsonl': `${JSON.stringify({ question, options: { A: 'a', B: 'b' }, answer_idx: 'A' })}\n`,
    });
    await addTokenizer(path.join(workspace.root, 'tokenizer'));
  });
  after(() => workspace.remove());
  const plan = async (text: string): Promise<MixPlan> => planMix(await workspace.write('m.mix.yaml', text), workspace.root);
  const forget = (): Promise<void> => rm(cacheFolder(workspace.root), { recursive: true, force: true });

  it('finds the sizes a build finds: duplicates, questions, held-out groups and short documents taken off', async () => {
    const mix = await plan(`${sources}${stage('{ notes: { epochs: 1 }, general: { epochs: 1 } }')}`);
    const measured = await measureMix(mix);
    const manifest = await buildMix(mix);
    for (const [name, size] of Object.entries(measured)) {
      const { documentsKept, tokens, bytes } = manifest.counts[name]!;
      assert.deepEqual(size, { documents: documentsKept, tokens, bytes }, name);
      assert.equal(manifest.stages[0]!.sources[name]!.tokens, size.tokens, 'one epoch is all of it');
    }
    assert.ok(['equal-to-held-out', 'contaminated', 'held-out', 'too-short', 'no-group-field'].every((reason) => reason in manifest.counts['notes']!.setAside), JSON.stringify(manifest.counts['notes']));
    await rm(mix.folder, { recursive: true });
  });

  it('says beforehand what is built: tokens within half a document, and what is refused', async () => {
    const amounts = fc.tuple(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 50, max: 12_000 })).map(([tenths, tokens]) =>
      stage(`{ notes: { share: ${tenths / 10} }, general: { share: ${(10 - tenths) / 10} } }`, `tokens: ${tokens}, `));
    const epochs = fc.tuple(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 40 })).map(([a, b]) => stage(`{ notes: { epochs: ${a / 10} }, general: { epochs: ${b / 10} } }`));
    await fc.assert(fc.asyncProperty(fc.oneof(amounts, epochs), async (stages) => {
      const mix = await plan(`${sources}${stages}`);
      const answer = await answerPlan(mix);
      const built = await buildMix(mix).catch((error: unknown) => error);
      if (!answer.feasible) {
        assert.ok(built instanceof UserError, 'a build refuses what the plan calls not feasible');
        assert.equal(built.problems[0]!.code, 'mix-repeat-cap');
        assert.match(built.problems[0]!.next!, new RegExp(`has ${answer.stages[0]!.largest!.tokens} tokens`));
        return;
      }
      assert.ok(!(built instanceof Error), String(built));
      const made = (built as Awaited<ReturnType<typeof buildMix>>).stages[0]!.sources;
      for (const { source, tokens, epochs: passes } of answer.stages[0]!.sources) {
        const longest = 60;
        assert.ok(Math.abs(made[source]!.tokens - tokens!) <= longest, `${source}: ${made[source]!.tokens} of ${tokens}`);
        assert.ok(Math.abs(made[source]!.epochs - passes!) <= longest / answer.sources[source]!.tokens);
      }
      await rm(mix.folder, { recursive: true });
    }), { numRuns: 12 });
  });

  it('reads a source once: shares may move, and a new source leaves the others measured', async () => {
    await forget();
    await answerPlan(await plan(`${sources}${stage('{ notes: { epochs: 1 } }')}`));
    const measuredParts = async (text: string): Promise<string[]> => {
      const labels = new Set<string>();
      await answerPlan(await plan(text), { onProgress: ({ label }) => { labels.add(label); } });
      return [...labels];
    };
    assert.deepEqual(await measuredParts(`${sources}${stage('{ notes: { epochs: 2 }, general: { epochs: 0.5 } }')}`), []);
    assert.deepEqual(await measuredParts(`${sources.replace('decontaminate', '  more: { path: held.txt, format: lines, domain: general, minimumCharacters: 5 }\ndecontaminate')}${stage('{ more: { epochs: 1 } }')}`), ['Reading more', 'Encoding more']);
    assert.deepEqual(await measuredParts(`${sources.replace('fraction: 0.25', 'fraction: 0.5')}${stage('{ notes: { epochs: 1 } }')}`), []);
  });

  it('goes on with the next source after it was ended', async () => {
    await forget();
    const mix = await plan(`${sources}${stage('{ notes: { epochs: 1 } }')}`);
    const controller = new AbortController();
    await assert.rejects(measureMix(mix, { signal: controller.signal, onProgress: ({ label }) => { if (label === 'Reading general') controller.abort(); } }));
    const labels = new Set<string>();
    await measureMix(mix, { onProgress: ({ label }) => { labels.add(label); } });
    assert.ok(!labels.has('Reading notes') && labels.has('Encoding notes'), [...labels].join());
  });

  it('keeps the cache, in which texts are, to its owner', async () => {
    for (const name of await readdir(cacheFolder(workspace.root), { recursive: true })) {
      const file = path.join(cacheFolder(workspace.root), name);
      const found = await stat(file);
      if (!found.isFile()) continue;
      assert.equal(found.mode & 0o077, 0, name);
    }
  });

  it('lists mixes with the product each file gives now, and says why one gives none', async () => {
    const mix = await plan(`${sources}${stage('{ notes: { epochs: 1 } }')}`);
    await buildMix(mix);
    await workspace.write('broken.mix.yaml', 'name: broken\n');
    const list = async (): Promise<Awaited<ReturnType<typeof listMixes>>> => listMixes(workspace.root);
    const [broken, built] = await list();
    assert.match(broken!.problem!, /broken\.mix\.yaml.*sources/);
    assert.deepEqual([built!.name, built!.hash, built!.builds.map((one) => one.hash)], ['m', mix.hash, [mix.hash]]);
    await workspace.write('held.txt', 'Other.\n');
    assert.notEqual((await list())[1]!.hash, mix.hash);
  });

  it('hashes an input again only when it changed', async () => {
    const cache = await HashCache.open(workspace.root);
    const input = { path: await workspace.write('input.txt', 'one'), name: 'input.txt' };
    const first = await cache.hash(input);
    assert.equal(await (await cache.save(), await HashCache.open(workspace.root)).hash(input).then(({ sha256 }) => sha256), first.sha256);
    await workspace.write('input.txt', 'other');
    assert.notEqual((await (await HashCache.open(workspace.root)).hash(input)).sha256, first.sha256);
  });
});
