import assert from 'node:assert/strict';
import fc from 'fast-check';
import { parseMessage } from '../../../../src/engine/jobs/asks/message';
import type { AskRequest } from '../../../../src/protocol/asks';

const request: AskRequest = {
  type: 'ask', id: 'a', cot: '/w/a.cot', cotText: 'x', questions: '/w/q.jsonl', questionsText: 'y', lines: [1, 2], strategies: ['direct'], repeats: 3,
  model: { kind: 'endpoint', name: 'ours', baseUrl: 'http://127.0.0.1/v1', model: 'm', keyVariable: 'K', cloud: true, consentedHost: 'm' },
};

describe('lines from an editor', () => {
  it('are understood as the protocol has them', () => {
    for (const message of [request, { ...request, model: { kind: 'checkpoint', reference: 'sample' } }, { type: 'cancel', id: 'a' }]) {
      assert.deepEqual(parseMessage(JSON.stringify(message)), { message });
    }
  });

  it('that are no such thing become a problem with a next step, under the id they name', () => {
    for (const [line, id] of [['', ''], ['{', ''], ['null', ''], ['"ask"', ''], ['{"id":7}', ''], ['{"type":"other","id":"b"}', 'b'], ['{"type":"ask","id":"c","lines":[1.5]}', 'c'],
      [JSON.stringify({ ...request, repeats: 0 }), 'a'], [JSON.stringify({ ...request, strategies: ['guess'] }), 'a'], [JSON.stringify({ ...request, model: { kind: 'cloud' } }), 'a']] as const) {
      const parsed = parseMessage(line);
      assert.ok('problem' in parsed, line);
      assert.equal(parsed.id, id, line);
      assert.ok(parsed.problem.next);
    }
  });

  it('never throw, whatever they hold', () => {
    fc.assert(fc.property(fc.oneof(fc.string(), fc.json(), fc.dictionary(fc.constantFrom('type', 'id', 'lines', 'model', 'cot'), fc.jsonValue()).map((value) => JSON.stringify(value))), (line) => {
      parseMessage(line);
    }));
  });
});
