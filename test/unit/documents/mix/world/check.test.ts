// What is wrong with a mix in the world it points into, and what mends it: after a fix the problem is gone.
import assert from 'node:assert/strict';
import { applyEdits } from '../../../../../src/documents/mix/edit';
import { readMix } from '../../../../../src/documents/mix/parse';
import { checkWorld } from '../../../../../src/documents/mix/world/check';
import type { MixFacts, PathFacts } from '../../../../../src/documents/mix/world/facts';
import { type Fix, mixFixes } from '../../../../../src/documents/mix/world/fixes';

const text = `name: demo
tokenizer: ../tokenizer
sources:
  notes: { path: ../data/notes.jsonl, format: jsonl, domain: clinical, groupBy: patient }
  books: { path: ../data/books.txt, format: lines, domain: general, role: replay }
decontaminate: [../questions/medqa.jsonl]   # ours
stages:
  - name: blend
    tokens: 1000
    sources:
      notes: { share: 0.8 }
      books: { share: 0.2 }
repeatCap: 2
heldOut:
  clinical: { source: notes, fraction: 0.1 }
  other: { path: ../data/other.txt, domain: general }
`;
const there: Readonly<Record<string, Partial<PathFacts>>> = {
  '../data/notes.jsonl': { extension: 'jsonl', fields: ['text', 'patient'], bytes: 9 }, '../data/books.txt': { extension: 'txt', bytes: 9 },
  '../questions/medqa.jsonl': { extension: 'jsonl' }, '../data/other.txt': { extension: 'txt', bytes: 9 }, '../tokenizer/tokenizer.json': { extension: 'json' },
};
const size = (tokens: number) => ({ documents: 10, tokens, bytes: 4 * tokens });

/** The disk has what the text names by default; any other path is not there. */
function factsOf(sizes: MixFacts['sizes'] = {}): MixFacts {
  const paths = new Proxy(new Map<string, PathFacts>(), {
    get: (map, key) => (key === 'get' ? (path: string): PathFacts => ({ kind: path in there ? 'file' : 'none', absolute: path, ...there[path] }) : Reflect.get(map, key) as unknown),
  });
  return { paths, sizes, data: Object.keys(there), tokenizers: ['../tokenizer', '../models/small'] };
}

function problemsOf(changed: string, facts = factsOf()) {
  const { document, problems } = readMix(changed, 'm');
  return [...problems, ...checkWorld(document!, facts, changed, 'm')];
}

/** Applies the fix and demands that the problem is gone and the text still a mix. */
function mends(changed: string, code: string, name: Fix['name'], facts = factsOf()): string {
  const problem = problemsOf(changed, facts).find((one) => one.code === code) ?? assert.fail(`no ${code}`);
  const fix = mixFixes(changed, problem, facts).find((one) => one.name === name) ?? assert.fail(`no fix ${name}`);
  const after = applyEdits(changed, fix.edits);
  assert.ok(readMix(after, 'm').document, after);
  assert.ok(!problemsOf(after, facts).some((one) => one.code === code), after);
  return after;
}

describe('a mix in its world', () => {
  it('has no problem when everything is there', () => {
    assert.deepEqual(problemsOf(text, factsOf({ notes: size(600), books: size(600) })), []);
  });

  it('has a line, key and value for a path that is not there, and the nearest that is', () => {
    const [problem] = problemsOf(text.replace('notes.jsonl', 'note.jsonl'));
    assert.deepEqual([problem!.code, problem!.line, problem!.key, problem!.value, problem!.suggestion], ['mix-source-not-found', 4, 'sources.notes.path', '../data/note.jsonl', '../data/notes.jsonl']);
    assert.equal(mends(text.replace('notes.jsonl', 'note.jsonl'), 'mix-source-not-found', 'replace'), text);
    assert.equal(problemsOf(text.replace('medqa', 'med-qa'))[0]!.severity, 'warning', 'a benchmark that is not there is not checked, and keeps nobody from building');
    assert.equal(mends(text.replace('medqa', 'med-qa'), 'mix-questions-not-checked', 'replace'), text);
    assert.match(mends(text.replace('medqa', 'med-qa'), 'mix-questions-not-checked', 'remove'), /^decontaminate: \[\] {3}# ours$/m);
    assert.equal(mends(text.replace('../tokenizer', '../tokeniser'), 'tokenizer-not-found', 'replace'), text);
    assert.match(problemsOf(text.replace('other.txt', '*.csv'))[0]!.message, /glob/);
  });

  it('names an archive as what it is, and what to do first', () => {
    const zip = factsOf();
    const paths = { get: (path: string): PathFacts => (path.includes('.zip') || path.includes('.tar') ? { kind: 'file', absolute: path, extension: path.endsWith('.zip') ? 'zip' : 'gz', bytes: 9 } : zip.paths.get(path)!) } as unknown as MixFacts['paths'];
    for (const name of ['notes.zip', 'notes.tar.gz']) {
      const [problem] = problemsOf(text.replace('notes.jsonl, format: jsonl', name), { ...zip, paths });
      assert.deepEqual([problem!.code, problem!.severity, problem!.key], ['mix-archive', 'error', 'sources.notes.path']);
      assert.match(problem!.next!, /Unpack/);
    }
  });

  it('is mended where the parts of a stage do not fit together', () => {
    assert.match(mends(text.replace('0.8', '0.4'), 'mix-shares-sum', 'scale-shares'), /notes: \{ share: 0\.6667 \}\n {6}books: \{ share: 0\.3333 \}/);
    const sizes = factsOf({ notes: size(600), books: size(100) });
    const mixed = text.replace('books: { share: 0.2 }', 'books: { epochs: 1.5 }');
    assert.match(mends(mixed, 'mix-kinds-combined', 'all-as-tokens', sizes), /notes: \{ tokens: 800 \}\n {6}books: \{ tokens: 150 \}/);
    assert.deepEqual(mixFixes(mixed, problemsOf(mixed)[0]!, factsOf()), [], 'without sizes there is nothing to go by');
    assert.match(mends(text.replace(/ {4}tokens.*\n/, ''), 'mix-tokens-missing', 'add-total', sizes), /name: blend\n {4}tokens: 1000$/m);
    assert.match(mends(text.replace('      books: { share: 0.2 }\n', '').replace('0.8', '1').replace('notes: { share: 1 }', '{}'), 'mix-empty-stage', 'take-from-all'), /\{ notes: \{ share: 0\.5 \}, books: \{ share: 0\.5 \} \}/);
  });

  it('says which source is too small and by how much, and lowers the stage to the most it can have', () => {
    const sizes = factsOf({ notes: size(200), books: size(600) });
    const [problem] = problemsOf(text, sizes);
    assert.deepEqual([problem!.code, problem!.key, problem!.value, problem!.message], ['mix-repeat-cap', 'stages.0.sources.notes', '800 tokens', 'the source holds 200 tokens, which is 4 passes; the cap is 2']);
    assert.match(mends(text, 'mix-repeat-cap', 'lower-total', sizes), /tokens: 500$/m);
    assert.match(mends(text, 'mix-repeat-cap', 'raise-cap', sizes), /^repeatCap: 4$/m);
    const inEpochs = text.replace('notes: { share: 0.8 }', 'notes: { epochs: 3 }').replace('books: { share: 0.2 }', 'books: { epochs: 1 }');
    assert.match(mends(inEpochs, 'mix-repeat-cap', 'lower-amount', sizes), /notes: \{ epochs: 2 \}/);
    assert.equal(problemsOf(text, factsOf({ notes: size(0), books: size(600) }))[0]!.code, 'mix-source-empty');
  });

  it('tells sources and held-out sets that are the same files, and a source nobody uses', () => {
    const twice = text.replace('../data/books.txt, format: lines', '../data/notes.jsonl');
    assert.deepEqual(problemsOf(twice).map(({ code, severity, key }) => [code, severity, key]), [['mix-source-twice', 'warning', 'sources.books.path']]);
    const again = text.replace('\n  other', '\n  again: { path: ../data/other.txt, domain: d }\n  other');
    assert.equal(mends(again, 'mix-held-out-twice', 'remove'), again.replace(/ {2}other.*\n/, ''));
    assert.match(mends(text.replace('other.txt', 'books.txt'), 'mix-held-out-is-source', 'hold-out-fraction'), /other: \{ source: books, fraction: 0\.05 \}/);
    const unused = text.replace('      books: { share: 0.2 }\n', '').replace('0.8', '1');
    assert.match(mends(unused, 'mix-source-unused', 'add-to-stage'), /notes: \{ share: 0\.5 \}\n {6}books: \{ share: 0\.5 \}\n/);
    assert.doesNotMatch(mends(unused, 'mix-source-unused', 'remove-source'), /books/);
    assert.match(mends(text.replace('fraction: 0.1', 'fraction: 1'), 'mix-held-out-takes-all', 'replace'), /fraction: 0\.05/);
  });

  it('warns of text that may leave, of a format that is none of the file, and of fields the records do not have', () => {
    assert.match(mends(text.replace('domain: clinical', 'domain: clinical, phi: present'), 'mix-phi-may-leave', 'never-leaves'), /egress: never \}/);
    assert.match(mends(text.replace('format: jsonl', 'format: csv'), 'mix-format-mismatch', 'replace'), /notes\.jsonl, format: auto/);
    assert.match(mends(text.replace('groupBy: patient', 'groupBy: pateint'), 'mix-group-field-missing', 'replace'), /groupBy: patient/);
    assert.match(mends(text.replace('groupBy: patient', 'textField: txt'), 'mix-text-field-missing', 'replace'), /textField: text/);
  });

  it('takes an unknown source out of its stage', () => {
    assert.doesNotMatch(mends(text.replace('      books', '      websites: { share: 0 }\n      books'), 'mix-unknown-source', 'remove'), /websites/);
  });
});
