// The form of a mix without a page: scales of sliders, amounts for their positions, and edits on their way.
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { stillOpen, withDrafts, withHeld, withSent } from '../../../webview/mix/draft';
import { movedAmounts, scaleOf, tokenScale } from '../../../webview/mix/scale';
import { blend } from '../../webview/mix-snapshot';

const size = { documents: 10, tokens: 5000, bytes: 20_000 };

describe('scales of the mix form', () => {
  it('reach to what the source can supply, and to the value in the file where that is more', () => {
    assert.deepEqual(scaleOf({ epochs: 2 }, size, 4), { min: 0.01, max: 4, step: 0.01 });
    assert.equal(scaleOf({ epochs: 6.2 }, size, 4).max, 7);
    assert.deepEqual(scaleOf({ tokens: 100 }, size, 4), { min: 100, max: 20_000, step: 100 });
    assert.equal(scaleOf({ tokens: 90_000 }, size, 4).max, 90_000);
    assert.equal(scaleOf({ tokens: 300 }, undefined, 4).max, 600);
  });

  it('of tokens have at most two hundred round steps', () => {
    fc.assert(fc.property(fc.integer({ min: 1, max: 1e12 }), (most) => {
      const { min, max, step } = tokenScale(most);
      assert.ok(max >= most && max < most + step && min === step);
      assert.ok(max / step <= 201);
      assert.match(String(step), /^[125]0*$/);
    }));
  });
});

describe('amounts a slider gives', () => {
  const stage = blend.stages[0]!;
  it('move the other shares too, or not', () => {
    assert.deepEqual(movedAmounts(stage, 'notes', 0.6, true), { passages: { share: 0.3 }, notes: { share: 0.6 }, stories: { share: 0.1 } });
    assert.deepEqual(movedAmounts(stage, 'notes', 0.6, false), { notes: { share: 0.6 } });
    assert.deepEqual(movedAmounts(blend.stages[1]!, 'notes', 2, true), { notes: { epochs: 2 } });
  });
});

describe('edits on their way', () => {
  it('are shown until a snapshot has them', () => {
    const held = withHeld(withHeld([], { stage: 0, tokens: 5 }), { stage: 0, tokens: 6 });
    assert.equal(held.length, 1, 'one slider is held at a time');
    const sent = withSent(withSent(held, { stage: 0, tokens: 7 }, 1), { repeatCap: 2 }, 2);
    const shown = withDrafts(blend, sent);
    assert.deepEqual([shown.stages[0]!.tokens, shown.repeatCap, shown.stages[1]], [7, 2, blend.stages[1]]);
    assert.deepEqual(stillOpen(sent, 1), [{ edit: { repeatCap: 2 }, number: 2 }]);
    assert.deepEqual(stillOpen(held, 9), held, 'what is held is in no snapshot');
  });
});
