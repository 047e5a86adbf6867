import assert from 'node:assert/strict';
import { parseCot } from '../../../../src/documents/cot/parse';
import { answerForm, isVote, readStrategy, strategyNames, strategyOf } from '../../../../src/documents/cot/strategy';

const front = (lines: string): string => `---\nname: trial\nquestions: q.jsonl\n${lines}\n---\n{{ question }}{% for o in options %}{{ o.letter }}{% endfor %}{% if strategy == "direct" %}!{% endif %}\n`;
const problemsOf = (lines: string): string[] => parseCot(front(lines), 'a.cot').problems.map(({ code, line }) => `${code}:${line ?? 0}`);

describe('strategies', () => {
  it('are switches that add up, and medprompt is the sum of three', () => {
    assert.deepEqual(strategyOf('knn-few-shot + self-generated-cot + choice-shuffle'), strategyOf('medprompt'));
    assert.deepEqual(strategyOf('few-shot+chain-of-thought'), { reasoning: true, exemplars: 'first', selfGenerated: false, sampled: false, shuffled: false });
    assert.deepEqual(strategyOf('zero-shot'), strategyOf('direct'));
    assert.deepEqual(strategyOf('self-generated-cot').exemplars, 'first');
  });

  it('reason when they vote over samples, unless they are direct', () => {
    assert.equal(answerForm(strategyOf('self-consistency')), 'self-consistency');
    assert.equal(answerForm(strategyOf('direct + self-consistency')), 'direct');
    assert.deepEqual(strategyNames.filter(isVote), ['self-consistency', 'choice-shuffle', 'medprompt']);
  });

  for (const [name, fault] of [
    ['few-shot + knn-few-shot', /contradicts/], ['direct + chain-of-thought', /contradicts/], ['few-shots', /did you mean few-shot\?/], ['few-shot + few-shot', /twice/], ['zero-shot + medprompt', /contradicts/],
  ] as const) {
    it(`refuses ${name}`, () => {
      const read = readStrategy(name);
      assert.ok(typeof read === 'string');
      assert.match(read, fault);
    });
  }

  it('are checked in their file, each at its line', () => {
    assert.deepEqual(problemsOf('strategies: [direct]'), []);
    assert.deepEqual(problemsOf('strategies:\n  - direct\n  - few-shot + knn-few-shot'), ['cot-strategy:6']);
    assert.deepEqual(problemsOf('strategies: [few-shot]'), ['cot-no-exemplars:4']);
    assert.deepEqual(problemsOf('strategies: [self-consistency]'), ['cot-one-vote:4']);
    assert.deepEqual(problemsOf('strategies: [medprompt]\nrepeats: 5\nexemplars: { file: e.jsonl, similarity: embeddings }'), ['cot-no-embedding-model:6']);
    assert.deepEqual(parseCot(front('strategies: [choice-shuffle]\nrepeats: 5').replace(/\{% for.*endfor %\}/, ''), 'a.cot').problems.map(({ code }) => code), ['cot-shuffle-without-options']);
    assert.match(parseCot(front('strategies: [few-shott]'), 'a.cot').problems[0]!.next!, /few-shot/);
  });
});
