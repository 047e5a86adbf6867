import assert from 'node:assert/strict';
import fc from 'fast-check';
import { extractShown } from '../../../../src/engine/prompting';
import { canReorder, drawOrders, letterInFile, letterShown, reorder } from '../../../../src/engine/prompting/orders';

const optionsOf = (texts: readonly string[]): { letter: string; text: string }[] => texts.map((text, place) => ({ letter: String.fromCharCode(65 + place), text }));
const options = optionsOf(['aspirin', 'heparin', 'warfarin', 'insulin']);

describe('orders of options', () => {
  it('are all different while there are as many, and the same for a seed', () => {
    const orders = drawOrders(7, 'q1', options, 24);
    assert.equal(new Set(orders.map(String)).size, 24);
    assert.equal(drawOrders(7, 'q1', optionsOf(['yes', 'no']), 5).length, 5);
    assert.deepEqual(drawOrders(7, 'q1', options, 3), orders.slice(0, 3));
    assert.notDeepEqual(drawOrders(8, 'q1', options, 3), orders.slice(0, 3));
  });

  it('lead back to the letter of the file, whatever the order', () => {
    fc.assert(fc.property(fc.integer({ min: 0, max: 2 ** 31 }), fc.constantFrom('A', 'B', 'C', 'D'), (seed, letter) => {
      const order = drawOrders(seed, 'q', options, 1)[0]!;
      const shown = letterShown(letter, options, order);
      assert.equal(letterInFile(shown, options, order), letter);
      assert.equal(reorder(options, order).find((option) => option.letter === shown)!.text, options.find((option) => option.letter === letter)!.text);
      assert.equal(extractShown(`Answer: ${shown}`, options, order, 'auto').letter, letter);
    }));
  });

  it('leave options alone that speak of others', () => {
    for (const text of ['All of the above', 'None of the above', 'Both A and C', 'A and B', 'Neither of these', 'A, B, D']) assert.equal(canReorder(optionsOf(['aspirin', text])), false, text);
    for (const text of ['Hepatitis B vaccine', 'Vitamins A', 'All patients over 60', 'Group A streptococcus']) assert.equal(canReorder(optionsOf(['aspirin', text])), true, text);
    assert.deepEqual(drawOrders(1, 'q', optionsOf(['aspirin', 'All of the above']), 2), [[0, 1], [0, 1]]);
  });
});
