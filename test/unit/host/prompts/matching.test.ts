import assert from 'node:assert/strict';
import path from 'node:path';
import { newCotText, slugOf } from '../../../../src/documents/cot/template';
import { cotsOfSet, readCotFile, usedCot } from '../../../../src/host/prompts/matching';

const root = path.resolve('/somewhere/space');
const at = (...parts: string[]): string => path.join(root, ...parts);
const cot = (name: string, questions: string) => readCotFile(at('prompts', `${name}.cot`), newCotText(name, questions))!;

describe('prompt files and question sets', () => {
  it('belong together by the path the prompt file names, from where it is', () => {
    const [a, b, c] = [cot('a', '../data/q.jsonl'), cot('b', '../data/q.jsonl'), cot('c', 'q.jsonl')];
    assert.deepEqual(cotsOfSet([c, b, a], at('data', 'q.jsonl')).map(({ file }) => file), [at('prompts', 'a.cot'), at('prompts', 'b.cot')]);
    assert.deepEqual(cotsOfSet([a, b, c], at('prompts', 'q.jsonl')), [c]);
  });

  it('leave nothing to ask when one was used before, or there is only one', () => {
    const [a, b] = [cot('a', 'q.jsonl'), cot('b', 'q.jsonl')];
    assert.equal(usedCot([a], undefined), a);
    assert.equal(usedCot([a, b], b.file), b);
    assert.equal(usedCot([a], '/gone.cot'), a);
    assert.equal(usedCot([a, b], undefined), undefined);
    assert.equal(usedCot([], a.file), undefined);
  });

  it('are not read while there is an error', () => {
    assert.equal(readCotFile(at('a.cot'), '---\nname: a\n---\n{{ question }}\n'), undefined);
  });

  it('begin with a template that has no problem', () => {
    assert.equal(cot('new', 'odd "name": é.jsonl').questions, at('prompts', 'odd "name": é.jsonl'));
    assert.deepEqual(['MedQA test 4.jsonl', '???', 'a'.repeat(80)].map(slugOf), ['medqa-test-4-jsonl', 'prompt', 'a'.repeat(64)]);
  });
});
