// The same mix file, data and seed on a machine with another folder, time zone, language and number of cores, its files made in
// another order: every file of the product is the same to the byte.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { RandomStream } from '../../../src/base/math/random';
import { packageRoot } from '../../../src/engine/parts/assets';
import { addTokenizer, makeWorkspace, type TestWorkspace } from '../../fixtures/data/workspace';

const mix = `name: m
tokenizer: ../tokenizer
seed: 11
sequenceLength: 128
sources:
  notes: { path: ../data/notes, domain: clinical, groupBy: patient, phiScreen: redact, filters: { languages: [en], maximumCharacters: 4000 } }
  stories: { path: "../data/*.txt", format: lines, domain: general, role: replay }
deduplicate: { minhash: {} }
decontaminate: [../data/questions.jsonl]
stages:
  - { name: one, tokens: 40000, sources: { notes: { share: 0.7 }, stories: { share: 0.3 } } }
  - { name: two, sources: { stories: { epochs: 1.5 } } }
heldOut: { clinical: { source: notes, fraction: 0.05 } }
export: [parquet, jsonl]
`;
const words = 'patient fever cough clinic valley river treatment amoxicillin answer question history finding lung heart blood IİıI Ärztin naïve ﬁnding the of and was with on'.split(' ');
const notesOfFile = 240;

function filesOf(): ReadonlyMap<string, string> {
  const random = RandomStream.of(1, 'another-machine');
  const sentence = (length: number): string => Array.from({ length }, () => `${random.pick(words)}${random.uniform() < 0.4 ? random.pick(words) : ''}`).join(' ');
  let last = sentence(80);
  /** Some are equal to the one before, some differ from it in a word. */
  const next = (i: number): string => {
    last = i % 40 === 1 ? last : i % 40 === 3 ? `${last} again` : sentence(50 + random.integer(50));
    return last;
  };
  const note = (file: number, i: number): object => ({ text: i % 40 === 1 ? last : `Dr. Smith saw bed ${file}-${i} on 03/0${1 + (i % 9)}/2019: ${next(i)}.`, patient: `p${i % 211}` });
  return new Map([
    ...['b', 'a', 'ä', 'Z', 'z'].map((name, file) => [`data/notes/${name}.jsonl`, Array.from({ length: notesOfFile }, (_, i) => JSON.stringify(note(file, i))).join('\n')] as const),
    ...['I', 'i', 'ı'].map((name) => [`data/${name}.txt`, Array.from({ length: 500 }, (_, i) => next(i)).join('\n')] as const),
    // Too long to be kept: with it there is more than one thread does alone.
    ['data/notes/long.jsonl', Array.from({ length: 60 }, (_, i) => JSON.stringify({ text: `${i} ${'and the patient was on treatment '.repeat(3200)}`, patient: `long${i}` })).join('\n')],
    ['data/questions.jsonl', JSON.stringify({ id: 'q', question: last, options: { A: 'x', B: 'y' }, answer_idx: 'A' })],
    ['mixes/m.mix.yaml', mix],
  ]);
}

interface Machine { readonly folder: string; readonly env: Readonly<Record<string, string>>; readonly oneCore: boolean; readonly reversed: boolean }

describe('a mix built on another machine', function () {
  this.timeout(240_000);
  let workspace: TestWorkspace;
  before(async () => {
    workspace = await makeWorkspace();
    await addTokenizer(path.join(workspace.root, 'tokenizer'));
  });
  after(() => workspace.remove());

  /** SHA-256 of every file of the product, by name, under the product's hash. */
  function build({ folder, env, oneCore, reversed }: Machine): Record<string, string> {
    const root = path.join(workspace.root, folder);
    const files = [...filesOf()];
    for (const [name, content] of reversed ? files.reverse() : files) {
      mkdirSync(path.dirname(path.join(root, name)), { recursive: true });
      writeFileSync(path.join(root, name), content);
    }
    cpSync(path.join(workspace.root, 'tokenizer'), path.join(root, 'tokenizer'), { recursive: true });
    const command = [process.execPath, path.join(packageRoot, 'dist/engine/cli.mjs'), '--root', root, 'mix', 'build', path.join(root, 'mixes/m.mix.yaml'), '--foreground'];
    const [program, ...args] = oneCore && process.platform === 'linux' ? ['taskset', '-c', '0', ...command] : command;
    const done = spawnSync(program!, args, { encoding: 'utf8', env: { ...process.env, ...env } });
    assert.equal(done.status, 0, done.stdout + done.stderr);
    const parent = path.join(root, '.preclinical/mixes/m');
    return Object.fromEntries(readdirSync(parent).flatMap((hash) => readdirSync(path.join(parent, hash)).sort().map((name) =>
      [`${hash}/${name}`, createHash('sha256').update(readFileSync(path.join(parent, hash, name))).digest('hex')] as const)));
  }

  it('is the same to the byte', () => {
    const here = build({ folder: 'here', env: { TZ: 'UTC', LC_ALL: 'C', LANG: 'C' }, oneCore: false, reversed: false });
    const there = build({ folder: 'a longer way/to Ünïcode', env: { TZ: 'Pacific/Kiritimati', LC_ALL: 'tr_TR.UTF-8', LANG: 'tr_TR.UTF-8' }, oneCore: true, reversed: true });
    assert.deepEqual(there, here);
    assert.ok([...filesOf()].reduce((sum, [name, content]) => sum + (name.startsWith('data/') ? Buffer.byteLength(content) : 0), 0) > 6_000_000, 'enough for several threads');
    const names = Object.keys(here).map((name) => name.split('/')[1]!);
    for (const name of ['stage-one.tokens.bin', 'stage-two.parquet', 'heldout-clinical.starts.bin', 'duplicates.jsonl', 'phi-findings.jsonl', 'report.md', 'manifest.json']) assert.ok(names.includes(name), names.join(', '));
  });
});
