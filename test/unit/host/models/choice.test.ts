// The chosen model as it is remembered over a reload, and what no longer fits.
import assert from 'node:assert/strict';
import { bridgeVariable, editorChoice, endpointChoice, isEditorChoice, recallChoice } from '../../../../src/host/models/choice';
import { readEndpoints } from '../../../../src/host/models/endpoints';
import type { ChosenModel } from '../../../../src/host/models/model';
import { say } from './say';

const sample: ChosenModel = { label: 'Sample model', cloud: false, ask: { kind: 'checkpoint', reference: 'sample' } };
const { endpoints } = readEndpoints([{ name: 'lab', baseUrl: 'https://api.example.org/v1', model: 'm' }], say);
const kept = (chosen: ChosenModel): unknown => JSON.parse(JSON.stringify(chosen));

describe('the chosen model', () => {
  it('is the sample model at first, and when what was kept makes no sense', () => {
    for (const nothing of [undefined, null, 3, {}, { label: 'x' }, { label: 'x', ask: { kind: 'endpoint' } }, { label: 'x', ask: null }]) {
      assert.equal(recallChoice(nothing, endpoints, sample), sample);
    }
  });
  it('is found again: a run, an endpoint, a model of the editor', () => {
    for (const chosen of [{ label: 'base', cloud: false, ask: { kind: 'checkpoint', reference: 'id' } } as const, endpointChoice(endpoints[0]!), editorChoice('v/a/b', 'A (v)')]) {
      assert.deepEqual(recallChoice(kept(chosen), endpoints, sample), chosen);
    }
  });
  it('is as its setting says today: gone with it, and moved with it', () => {
    const chosen = kept(endpointChoice(endpoints[0]!));
    assert.equal(recallChoice(chosen, [], sample), sample);
    const moved = readEndpoints([{ name: 'lab', baseUrl: 'http://127.0.0.1:1/v1', model: 'other' }], say).endpoints;
    assert.deepEqual(recallChoice(chosen, moved, sample).ask, { kind: 'endpoint', name: 'lab', baseUrl: 'http://127.0.0.1:1/v1', model: 'other', cloud: false });
  });
  it('cannot pass an endpoint off as a model of the editor, whose variable is its own', () => {
    const tricky = readEndpoints([{ name: 'bridge token', baseUrl: 'http://127.0.0.1:1/v1', model: 'm' }], say).endpoints[0]!;
    assert.notEqual(tricky.keyVariable, bridgeVariable);
    assert.equal(isEditorChoice(endpointChoice(tricky)), false);
    assert.equal(isEditorChoice(editorChoice('v/a', 'A')), true);
  });
});
