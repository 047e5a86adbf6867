// Questions found in training documents: by words, by PubMed id; what is too short or too common to count.
import assert from 'node:assert/strict';
import { Decontaminator, type Hit } from '../../../../src/engine/data/build/decontaminate';
import type { SourceDocument } from '../../../../src/engine/data/read/document';
import { makeWorkspace, type TestWorkspace } from '../../../fixtures/data/workspace';

const stem = 'A 62-year-old man has crushing chest pain that radiates to his left arm and jaw; which test is done first?';

function document(text: string, pmid?: string): SourceDocument {
  return { kind: 'text', id: 'd', text, place: { file: 'f' }, attribute: (name) => (name === 'pmid' ? pmid : undefined) };
}

describe('Decontaminator', () => {
  let workspace: TestWorkspace;
  before(async () => { workspace = await makeWorkspace(); });
  after(() => workspace.remove());

  async function open(...questions: readonly string[]): Promise<Decontaminator> {
    const file = await workspace.write('q.jsonl', questions.map((question, i) => JSON.stringify({ id: `q${i + 1}`, question, options: { A: 'x', B: 'y' }, answer_idx: 'A' })).join('\n'));
    return Decontaminator.open([{ path: file, name: 'q.jsonl' }]);
  }

  it('finds a question whatever its case, punctuation and place', async () => {
    const all = await open('Something quite different is asked here of the reader, is it not?', stem);
    const expected: Hit = { questionFile: 'q.jsonl', question: 'q2', by: 'words' };
    assert.deepEqual(all.find(document(`Notes.\n${stem.toUpperCase().replaceAll(' ', '\n ')}`)), expected);
    assert.deepEqual(all.find(document('… has crushing chest pain, that radiates to his left arm and jaw – which …')), expected);
    assert.equal(all.find(document('He has crushing chest pain that radiates to his left arm.')), undefined);
  });

  it('looks for a question of 8 to 12 words whole, and not for a shorter one', async () => {
    const all = await open('Which enzyme is inhibited by low dose aspirin?', 'What is the antidote of warfarin?');
    assert.equal(all.find(document('which enzyme is inhibited by low dose aspirin'))?.question, 'q1');
    assert.equal(all.find(document('which enzyme is inhibited by low dose')), undefined);
    assert.equal(all.find(document('What is the antidote of warfarin?')), undefined);
    assert.deepEqual(all.checked, [{ file: 'q.jsonl', questions: 2, tooShort: 1, setAside: 0 }]);
  });

  it('does not count words that three questions share', async () => {
    const phrase = 'which of the following is the most likely cause of the symptoms of this patient';
    const all = await open(`One: ${phrase}`, `Two: ${phrase}`, `Three: ${phrase}`);
    assert.equal(all.find(document(phrase)), undefined);
    assert.equal((await open(`One: ${phrase}`, `One: ${phrase}`, `One: ${phrase}`)).find(document(phrase))?.question, 'q1');
  });

  it('finds a conversation by the words of any message', async () => {
    const all = await open(stem);
    const conversation: SourceDocument = { kind: 'conversation', id: 'c', messages: [{ role: 'user', content: stem }, { role: 'assistant', content: 'ECG' }], place: { file: 'f' }, attribute: () => undefined };
    assert.equal(all.find(conversation)?.question, 'q1');
  });

  it('finds an abstract by its PubMed id and by its words', async () => {
    const context = 'Thirty patients were given either the drug or a placebo for six weeks and were then followed up.';
    const file = await workspace.write('p.json', JSON.stringify({ 77: { QUESTION: 'Does it work?', CONTEXTS: [context], final_decision: 'yes' } }));
    const all = await Decontaminator.open([{ path: file, name: 'p.json' }]);
    assert.deepEqual(all.find(document('other text', '77')), { questionFile: 'p.json', question: '77', by: 'pmid' });
    assert.equal(all.find(document(context, '78'))?.by, 'words');
    assert.equal(all.find(document('other text', '78')), undefined);
  });
});
