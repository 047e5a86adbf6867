import assert from 'node:assert/strict';
import fc from 'fast-check';
import { extractAnswer, type Extractor } from '../../../../src/engine/prompting/extract';

const options = [
  { letter: 'A', text: 'Aspirin' },
  { letter: 'B', text: 'Vitamin C' },
  { letter: 'C', text: 'Aspirin and clopidogrel' },
  { letter: 'D', text: 'Metoprolol 2.5 mg' },
];

function letterOf(text: string, extractor: Extractor): string | undefined {
  return extractAnswer(text, options, extractor).letter;
}

/** Answer, then what each extractor must make of it; `-` is no answer. */
const table: readonly (readonly [answer: string, letter: string, optionText: string, auto: string])[] = [
  ['B', 'B', '-', 'B'],
  ['b', 'B', '-', 'B'],
  ['(B)', 'B', '-', 'B'],
  ['**B**', 'B', '-', 'B'],
  ['B.', 'B', '-', 'B'],
  ['B. Vitamin C', 'B', 'B', 'B'],
  ['A. Aspirin\nB. Vitamin C\nD. Metoprolol 2.5 mg', '-', '-', '-'],
  ['A. Aspirin\nB. Vitamin C\nAnswer: B', 'B', '-', 'B'],
  ['Answer: B', 'B', '-', 'B'],
  ['answer: b', 'B', '-', 'B'],
  ['Answer: [B]', 'B', '-', 'B'],
  ['Answer: \\boxed{B}', 'B', '-', 'B'],
  ['**Answer:** B', 'B', '-', 'B'],
  ['**Answer**: (B)', 'B', '-', 'B'],
  ['Answer: **B. Vitamin C**', 'B', 'B', 'B'],
  ['Answer: B) Vitamin C is right', 'B', 'B', 'B'],
  ['Answer: Option D', 'D', '-', 'D'],
  ['Answer:\n\nB', 'B', '-', 'B'],
  ['The first thought is A.\nAnswer: A\nOn reflection:\nAnswer: D', 'D', '-', 'D'],
  ['It cannot be A or C. The answer is B.', 'B', '-', 'B'],
  ['The correct answer is (D), because of the dose.', 'D', '-', 'D'],
  ['Answer: B\n\nThe answer is clear since C adds a risk.', 'B', '-', 'B'],
  ['Answer: D - Metoprolol 2.5 mg', 'D', 'D', 'D'],
  ['Answer: the best choice is C', 'C', '-', 'C'],
  // The option by its text.
  ['Answer: vitamin c', '-', 'B', 'B'],
  ['Answer: aspirin and clopidogrel', '-', 'C', 'C'],
  ['Answer: Aspirin, given early.', '-', 'A', 'A'],
  ['Metoprolol 2.5 mg', '-', 'D', 'D'],
  ['I would give aspirin.', '-', 'A', 'A'],
  // None, or more than one.
  ['', '-', '-', '-'],
  ['Answer:', '-', '-', '-'],
  ['Answer: B or C', '-', '-', '-'],
  ['Answer: A, B', '-', '-', '-'],
  ['Answer: A. B. C.', '-', '-', '-'],
  ['Answer: not B', '-', '-', '-'],
  ['Answer: E', '-', '-', '-'],
  ['Answer: none of these', '-', '-', '-'],
  ['Answer: A patient like this needs rest', '-', '-', '-'],
  ['Answer: I think so', '-', '-', '-'],
  ['Certainly not aspirin.', '-', '-', '-'],
  ['Either aspirin or vitamin C.', '-', '-', '-'],
  ['A patient with pain comes in. We think about it.', '-', '-', '-'],
  ['The answer is not A.', '-', '-', '-'],
  ['Answer: Metoprolol 25 mg', '-', '-', '-'],
  ['Answer: multivitamin C', 'C', '-', 'C'],
  // The letter and the text name different options.
  ['Answer: A. Vitamin C', '-', 'B', '-'],
];

describe('extractAnswer', () => {
  for (const [answer, letter, optionText, auto] of table) {
    it(`takes ${letter}/${optionText}/${auto} from ${JSON.stringify(answer)}`, () => {
      const found = (['letter', 'option-text', 'auto'] as const).map((extractor) => letterOf(answer, extractor) ?? '-');
      assert.deepEqual(found, [letter, optionText, auto]);
    });
  }

  it('says what decided and which characters', () => {
    assert.deepEqual(extractAnswer('Long thought.\nAnswer: B. Vitamin C\nBye', options, 'auto'), { letter: 'B', rule: 'letter', taken: 'B. Vitamin C' });
    assert.equal(extractAnswer('Answer: B or C', options, 'auto').rule, 'ambiguous');
  });

  it('answers with a letter of the options or with none, whatever the text', () => {
    const text = fc.array(fc.oneof(fc.constantFrom('Answer:', 'answer is', 'A', 'B.', '(C)', 'D', '\n', ' ', 'not', 'aspirin', '**'), fc.string())).map((parts) => parts.join(''));
    fc.assert(fc.property(text, fc.constantFrom<Extractor>('letter', 'option-text', 'auto'), (answer, extractor) => {
      const { letter, rule } = extractAnswer(answer, options, extractor);
      assert.ok(letter === undefined ? rule === 'none' || rule === 'ambiguous' : options.some((option) => option.letter === letter));
    }));
  });
});
