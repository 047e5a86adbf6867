import assert from 'node:assert/strict';
import { cotSchema, type ExemplarSettings } from '../../../../../src/documents/cot/schema';
import { strategyOf } from '../../../../../src/documents/cot/strategy';
import { cosineRanking, ExemplarSource, tfIdfRanking, type PromptQuestion } from '../../../../../src/engine/prompting';
import { LeakGuard } from '../../../../../src/engine/prompting/exemplars/leak';
import { relabel } from '../../../../../src/engine/prompting/exemplars/relabel';
import { shuffleExemplar } from '../../../../../src/engine/prompting/exemplars/shuffle';

function question(id: string, text: string, more: Partial<PromptQuestion> = {}): PromptQuestion {
  return { id, question: text, answer: 'B', options: [{ letter: 'A', text: 'aspirin' }, { letter: 'B', text: 'heparin' }, { letter: 'C', text: 'warfarin' }], hasOwnId: true, ...more };
}
const pool = [
  question('e0', 'A woman with chest pain and a rash of both hands'), question('e1', 'A child with fever and a barking cough at night'),
  question('e2', 'A man with crushing chest pain radiating to the left arm'), question('e3', 'Which enzyme is deficient in phenylketonuria?'),
];
const asked = question('q', 'An old man with chest pain radiating to his left arm');

function sourceOf(settings: Partial<ExemplarSettings> = {}, list = pool, ranking = tfIdfRanking(list)): ExemplarSource {
  const { exemplars } = cotSchema.parse({ name: 'a', questions: 'q', exemplars: { file: 'e.jsonl', count: 2, ...settings } });
  return new ExemplarSource({ settings: exemplars!, pool: list, extractor: 'auto', ranking, file: 'e.jsonl' });
}
const idsShown = (source: ExemplarSource, strategy: string, one = asked): string[] => source.shownBefore(one, strategyOf(strategy)).map((each) => each.question.id);

describe('exemplars', () => {
  it('are the first of the file, or those chosen by id in their order', () => {
    assert.deepEqual(idsShown(sourceOf(), 'few-shot'), ['e0', 'e1']);
    assert.deepEqual(idsShown(sourceOf({ ids: ['e3', 'e1'] }), 'few-shot'), ['e3', 'e1']);
    assert.throws(() => sourceOf({ ids: ['e9'] }), /no such id/);
  });

  it('by likeness stand with the nearest last', () => {
    assert.deepEqual(idsShown(sourceOf(), 'knn-few-shot'), ['e0', 'e2']);
    const vectors = [[1, 0], [0, 2], [3, 3], [-1, 0]].map((one) => Float32Array.from(one));
    assert.deepEqual(idsShown(sourceOf({}, pool, cosineRanking(vectors, () => Float32Array.from([1, 2]))), 'knn-few-shot'), ['e1', 'e2']);
  });

  it('never give the answer away', () => {
    const guard = new LeakGuard();
    const reasonOf = (exemplar: PromptQuestion, one = asked): string | undefined => guard.reason(exemplar, one);
    assert.equal(reasonOf(question('x', 'AN OLD MAN, with chest pain radiating to his left arm!')), 'same-text');
    assert.equal(reasonOf(question('x', `${asked.question}. What is the diagnosis?`)), 'same-text');
    assert.equal(reasonOf(question('q', 'Something else entirely')), 'same-id');
    assert.equal(reasonOf(question('1', 'Else', { hasOwnId: false }), question('1', 'Other', { hasOwnId: false })), undefined);
    assert.equal(reasonOf(question('x', 'Else', { group: 'patient 7' }), question('y', 'Other', { group: 'patient 7' })), 'same-group');
    const long = 'A 62 year old man has had a fever and a cough for nine days and now has pain in the chest when he breathes in and feels short of breath at night';
    assert.equal(reasonOf(question('x', long.replace('nine', 'ten')), question('y', long)), 'near-equal');
    assert.equal(reasonOf(pool[2]!), undefined);
    assert.deepEqual(idsShown(sourceOf({}, [question('q', 'x y z'), ...pool]), 'few-shot'), ['e0', 'e1']);
  });

  it('carry reasoning of the model only where it was right', () => {
    const source = sourceOf();
    const medprompt = strategyOf('medprompt');
    assert.deepEqual(source.wanted(asked, medprompt), [2, 0]);
    source.learn(2, null);
    assert.deepEqual(source.wanted(asked, medprompt).includes(2), false);
    for (const place of [0, 1, 3]) source.learn(place, `Because of ${place}.`);
    assert.deepEqual(source.wanted(asked, medprompt), []);
    const shown = source.shownBefore(asked, medprompt);
    assert.equal(shown.at(-1)!.question.id, 'e0');
    assert.equal(source.toExample(shown.at(-1)!).reply, 'Because of 0.\nAnswer: B');
    assert.deepEqual(source.learnt, { kept: 3, dropped: 1 });
  });

  it('change the letters of their reasoning with their options, or keep their order', () => {
    const swap = (letter: string): string => ({ A: 'B', B: 'A' })[letter] ?? letter;
    const letters = ['A', 'B', 'C'];
    assert.equal(relabel('(A) thins blood; option B does not. So the answer is B', letters, swap), '(B) thins blood; option A does not. So the answer is A');
    assert.equal(relabel('B. heparin acts at once 😀 (A)', letters, swap), 'A. heparin acts at once 😀 (B)');
    for (const text of ['He lacks vitamin C, so (A).', 'A patient with fever.', 'Hepatitis B is likely.', 'B is right.']) assert.equal(relabel(text, letters, swap), undefined, text);
    const exemplar = { question: pool[0]!, reasoning: 'Option B acts at once.' };
    const shuffled = Array.from({ length: 6 }, (_, repeat) => shuffleExemplar(exemplar, 1, repeat));
    assert.equal(new Set(shuffled.map((one) => one.question.options.map(({ text }) => text).join())).size, 6);
    for (const { question: { options, answer }, reasoning } of shuffled) {
      assert.equal(options.find(({ letter }) => letter === answer)!.text, 'heparin');
      assert.equal(reasoning, `Option ${answer} acts at once.`);
    }
    const kept = { question: pool[0]!, reasoning: 'Vitamin C has no part in it.' };
    assert.deepEqual(shuffleExemplar(kept, 1, 3), kept);
  });
});
