// Which characters a problem marks: the key or value at fault, in every kind of file.
import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { FileKind } from '../../../../src/documents/language/kinds';
import { problemSpans } from '../../../../src/documents/language/problem-span';
import { kind } from './at-cursor';

/** [code, the text marked, what is suggested instead] of every problem. */
function marks(name: FileKind['name'], text: string): (string | undefined)[][] {
  const { problems } = kind(name).parse(text, 'x');
  const spans = problemSpans(kind(name), text, problems);
  return problems.map((problem, index) => {
    const { start, end } = spans[index]!;
    return [problem.code, text.slice(start, end), ...(problem.suggestion === undefined ? [] : [problem.suggestion])];
  });
}

const run = 'name: demo\nstage: pretrain\nbase: some/folder\ndata: demo.mix.yaml\nbatchSize: 4\noptimiser: { learningRate: 0.001 }\n';
const mix = `name: demo
tokenizer: tokenizer
sources:
  notes: { path: notes.jsonl, domain: clinical }
stages:
  - name: main
    tokens: 1000
    sources:
      notes: { share: 1 }
`;

describe('problemSpans', () => {
  it('marks an unknown key, with the nearest one that is not there yet', () => {
    assert.deepEqual(marks('run', `${run}sead: 1\n`), [['unknown-key', 'sead', 'seed']]);
    assert.deepEqual(marks('mix', mix.replace('domain:', 'domian:')), [['unknown-key', 'domian', 'domain']]);
  });

  it('marks each unknown key of a map', () => {
    assert.deepEqual(marks('run', `${run}schedule: { knd: cosine, warmup_steps: 3 }\n`), [['unknown-key', 'knd', 'kind'], ['unknown-key', 'warmup_steps', 'warmupSteps']]);
  });

  it('marks the value that is wrong, with the nearest that is not', () => {
    assert.deepEqual(marks('run', run.replace('pretrain', 'pretrian')), [['invalid-value', 'pretrian', 'pretrain']]);
    assert.deepEqual(marks('run', run.replace('batchSize: 4', 'batchSize: -1  # few')), [['invalid-value', '-1']]);
  });

  it('marks the map that lacks a key, or the first line', () => {
    assert.deepEqual(marks('run', run.replace('{ learningRate: 0.001 }', '{ beta1: 0.9 }')), [['missing-key', 'optimiser']]);
    assert.deepEqual(marks('run', run.replace('data: demo.mix.yaml\n', '')), [['missing-key', 'name: demo']]);
  });

  it('marks what fields must agree on', () => {
    assert.deepEqual(marks('run', `${run}schedule:\n  warmupSteps: 3\n  warmupFraction: 0.1\n`), [['run-two-warmups', '3']]);
    assert.deepEqual(marks('mix', mix.replace('      notes:', '      noets:')), [['mix-unknown-source', 'noets', 'notes']]);
    assert.deepEqual(marks('mix', mix.replace('share: 1', 'share: 0.7')), [['mix-shares-sum', '0.7']]);
    const twice = mix.replace('stages:', '  books: { path: books.txt, domain: general }\nstages:').replace('{ share: 1 }', '{ share: 0.5 }\n      books: { share: 0.3 }');
    assert.deepEqual(marks('mix', twice), [['mix-shares-sum', 'sources']]);
  });

  it('marks the step that does not exist', () => {
    const study = 'name: a\nprimaryMetric: { task: t, metric: acc }\nsteps:\n  one: { run: a.run.yaml, after: [onne] }\n  two: { mix: a.mix.yaml, after: [three] }\n';
    assert.deepEqual(marks('study', study), [['study-unknown-step', 'onne', 'one'], ['study-unknown-step', 'three']]);
  });

  it('marks YAML that does not parse to the end of its line', () => {
    assert.deepEqual(marks('run', 'name: a\n\tb: c\n').map(([code]) => code).includes('yaml-syntax'), true);
    assert.deepEqual(marks('run', 'name: *nobody\n'), [['yaml-alias', 'name: *nobody']]);
  });

  it('marks front matter and body of a .cot file', () => {
    const cot = (settings: string, body: string): string => `---\r\nname: a\r\nquestions: q.jsonl\r\n${settings}\r\n---\r\n${body}`;
    assert.deepEqual(marks('cot', cot('strategies: [drect]', 'user:\r\n{{ question }}\r\n')), [['invalid-value', 'drect', 'direct']]);
    assert.deepEqual(marks('cot', cot('strategies: [direct]', 'user:\r\n{{ question }}  {{ seed }}\r\n')), [['cot-unknown-variable', 'seed']]);
    assert.deepEqual(marks('cot', cot('strategies: [direct]', 'user:\r\n{{ question }}{% for o in option %}{% endfor %}\r\n')), [['cot-unknown-variable', 'option', 'options']]);
    assert.deepEqual(marks('cot', cot('seed: 1', 'user:\r\n{{ question }}\r\n')), [['cot-strategy-unused', 'user:']]);
    assert.deepEqual(marks('cot', 'hello'), [['cot-no-front-matter', 'hello']]);
  });

  it('stays within one line of the text, whatever the text', () => {
    const text = fc.string({ unit: fc.constantFrom('-', '\n', ':', '{', '%', '}', ' ', 'name', '[', '"', '#', '---\n', '*a', '\r\n'), maxLength: 40 });
    fc.assert(fc.property(text, fc.constantFrom<FileKind['name']>('mix', 'run', 'study', 'cot'), (one, name) => {
      for (const { start, end } of problemSpans(kind(name), one, kind(name).parse(one, 'x').problems)) {
        assert.ok(0 <= start && start <= end && end <= one.length);
        assert.ok(!one.slice(start, end).includes('\n'));
      }
    }));
  });
});
