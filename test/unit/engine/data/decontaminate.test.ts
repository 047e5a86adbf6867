// Questions found in training documents: by words, by PubMed id; what is too short or too common to count; which benchmark it is.
import assert from 'node:assert/strict';
import path from 'node:path';
import { findItem } from '../../../../src/engine/data/benchmarks/find';
import { type Benchmarks, openBenchmarks } from '../../../../src/engine/data/benchmarks/open';
import { planQuestions } from '../../../../src/engine/data/plan/questions';
import type { SourceDocument } from '../../../../src/engine/data/read/document';
import { makeWorkspace, type TestWorkspace } from '../../../fixtures/data/workspace';

const stem = 'A 62-year-old man has crushing chest pain that radiates to his left arm and jaw; which test is done first?';

function document(text: string, pmid?: string): SourceDocument {
  return { kind: 'text', id: 'd', text, place: { file: 'f' }, attribute: (name) => (name === 'pmid' ? pmid : undefined) };
}

describe('benchmarks', () => {
  let workspace: TestWorkspace;
  before(async () => { workspace = await makeWorkspace(); });
  after(() => workspace.remove());

  const jsonl = (questions: readonly string[], answer = 'x'): string => questions.map((question, i) => JSON.stringify({ id: `q${i + 1}`, question, options: { A: answer, B: 'y' }, answer_idx: 'A' })).join('\n');
  async function open(...questions: readonly string[]): Promise<Benchmarks> {
    const file = await workspace.write('q.jsonl', jsonl(questions));
    return openBenchmarks([{ input: { path: file, name: 'q.jsonl' }, benchmark: 'q', split: 'evaluation', path: 'q.jsonl' }]);
  }
  function find({ table }: Benchmarks, one: SourceDocument): { id: string; by: string; words?: string } | undefined {
    const hit = findItem(one, table!);
    if (!hit) return undefined;
    const text = one.kind === 'text' ? one.text : one.messages.map(({ content }) => content).join('\n');
    return { id: table!.items[hit.item]!.id, by: hit.by, ...(hit.start === undefined ? {} : { words: text.slice(hit.start, hit.end) }) };
  }

  it('are found whatever the case, punctuation and place, with where their words stand', async () => {
    const all = await open('Something quite different is asked here of the reader, is it not?', stem);
    const shouted = `Notes – ünd 𝔛.\n${stem.toUpperCase().replaceAll(' ', '\n ')}`;
    assert.deepEqual(find(all, document(shouted)), { id: 'q2', by: 'words', words: 'A\n 62-YEAR-OLD\n MAN\n HAS\n CRUSHING\n CHEST\n PAIN\n THAT\n RADIATES\n TO\n HIS' });
    assert.equal(find(all, document('… has crushing chest pain, that radiates to his left arm and jaw – which …'))?.id, 'q2');
    assert.equal(find(all, document('He has crushing chest pain that radiates to his left arm.')), undefined);
  });

  it('of 8 to 12 words are looked for whole, shorter ones not', async () => {
    const all = await open('Which enzyme is inhibited by low dose aspirin?', 'What is the antidote of warfarin?');
    assert.equal(find(all, document('which enzyme is inhibited by low dose aspirin'))?.id, 'q1');
    assert.equal(find(all, document('which enzyme is inhibited by low dose')), undefined);
    assert.equal(find(all, document('What is the antidote of warfarin?')), undefined);
    assert.deepEqual(all.opened, [{ benchmark: 'q', file: 'q.jsonl', state: 'checked', split: 'evaluation', questions: 2, tooShort: 1, setAside: 0 }]);
  });

  it('are found by a short question with its answer, and by a long answer alone', async () => {
    const answer = 'vitamin K and fresh frozen plasma given slowly by vein';
    const file = await workspace.write('a.jsonl', jsonl(['What is the antidote of warfarin?'], answer));
    const all = await openBenchmarks([{ input: { path: file, name: 'a.jsonl' }, benchmark: 'a', split: 'evaluation', path: 'a.jsonl' }]);
    assert.equal(find(all, document('what is the antidote of warfarin vitamin K and fresh frozen plasma given'))?.id, 'q1');
    assert.equal(find(all, document(`They gave ${answer}.`))?.id, 'q1');
  });

  it('are not found by words that three questions share', async () => {
    const phrase = 'which of the following is the most likely cause of the symptoms of this patient';
    assert.equal(find(await open(`One: ${phrase}`, `Two: ${phrase}`, `Three: ${phrase}`), document(phrase)), undefined);
    assert.equal(find(await open(`One: ${phrase}`, `One: ${phrase}`, `One: ${phrase}`), document(phrase))?.id, 'q1');
  });

  it('are found in any message of a conversation', async () => {
    const conversation: SourceDocument = { kind: 'conversation', id: 'c', messages: [{ role: 'user', content: stem }, { role: 'assistant', content: 'ECG' }], place: { file: 'f' }, attribute: () => undefined };
    assert.equal(find(await open(stem), conversation)?.id, 'q1');
  });

  it('are found by PubMed id and by the words of an abstract', async () => {
    const context = 'Thirty patients were given either the drug or a placebo for six weeks and were then followed up.';
    const file = await workspace.write('p.json', JSON.stringify({ 77: { QUESTION: 'Does it work?', CONTEXTS: [context], final_decision: 'yes' } }));
    const all = await openBenchmarks([{ input: { path: file, name: 'p.json' }, benchmark: 'p', split: 'evaluation', path: 'p.json' }]);
    assert.deepEqual(find(all, document('other text', '77')), { id: '77', by: 'pmid' });
    assert.equal(find(all, document(context, '78'))?.by, 'words');
    assert.equal(find(all, document('other text', '78')), undefined);
  });

  it('that are not there, or that the mix does not name, are planned as not checked; training splits as such', async () => {
    await workspace.write('sets/medqa.train.jsonl', jsonl([stem]));
    await workspace.write('sets/mmlu.jsonl', jsonl([stem]));
    const planned = await planQuestions(['sets/medqa.train.jsonl', 'sets/mmlu.jsonl', 'sets/medmcqa.jsonl', { path: 'sets/mmlu.jsonl', benchmark: 'other', split: 'train' }], workspace.root);
    assert.deepEqual(planned.map(({ benchmark, split, input }) => [benchmark, split, input && path.basename(input.path)]), [
      ['medqa', 'train', 'medqa.train.jsonl'], ['mmlu', 'evaluation', 'mmlu.jsonl'], ['medmcqa', 'evaluation', undefined], ['other', 'train', 'mmlu.jsonl'], ['pubmedqa', 'evaluation', undefined],
    ]);
    assert.equal((await openBenchmarks(planned)).opened[2]!.state, 'not-checked');
  });

  it('are read as they are distributed: MMLU by the folder it is in, MedMCQA whose answers are not published', async () => {
    await workspace.write('raw/mmlu/test/anatomy_test.csv', `"${stem}",a,b,c,d,A\n`);
    await workspace.write('raw/medmcqa/test.json', JSON.stringify({ id: 'm1', question: `${stem} Say why.`, opa: 'a', opb: 'b', opc: 'c', opd: 'd', choice_type: 'single' }));
    const planned = await planQuestions(['raw/mmlu/test/*.csv', 'raw/medmcqa/test.json'], workspace.root);
    const all = await openBenchmarks(planned);
    assert.deepEqual(all.opened.map(({ benchmark, state, questions }) => [benchmark, state, questions]), [
      ['mmlu', 'checked', 1], ['medmcqa', 'checked', 1], ['medqa', 'not-checked', 0], ['pubmedqa', 'not-checked', 0],
    ]);
    assert.equal(find(all, document(`He knew: ${stem}`))?.id, '1');
    assert.equal(find(all, document('to his left arm and jaw; which test is done first? Say why.'))?.id, 'm1');
  });
});
