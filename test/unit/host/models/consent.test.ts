// When texts may go to a model, and that the question says where to and what.
import assert from 'node:assert/strict';
import { consentQuestion, decideConsent } from '../../../../src/host/models/consent';
import { say } from './say';

describe('consent', () => {
  const rows: [remote: string | undefined, egress: 'allowed' | 'never', agreed: string[], expected: string][] = [
    [undefined, 'allowed', [], 'go'], [undefined, 'never', [], 'go'],
    ['api.example.org', 'allowed', [], 'ask'], ['api.example.org', 'allowed', ['example.org', 'api.example.org:8443'], 'ask'],
    ['api.example.org', 'allowed', ['api.example.org'], 'go'],
    ['api.example.org', 'never', [], 'refuse'], ['api.example.org', 'never', ['api.example.org'], 'refuse'],
  ];
  for (const [remote, egress, agreed, expected] of rows) {
    it(`${expected}: ${remote ?? 'this machine'}, egress ${egress}, agreed to ${agreed.join() || 'nothing'}`, () => {
      assert.equal(decideConsent({ remote, egress, agreed }), expected);
    });
  }

  it('names the receiver and what is sent, and warns where anybody can read along', () => {
    const { message, detail } = consentQuestion({ remote: 'api.example.org', label: 'lab', way: 'http' }, say);
    assert.match(message, /api\.example\.org/);
    assert.match(detail, /text of each question/);
    assert.match(detail, /prompt/);
    assert.match(detail, /unencrypted/);
    const found = { texts: 12, textsWithFindings: 2, findings: [{ class: 'name', count: 3 }, { class: 'date', count: 1 }] };
    assert.match(consentQuestion({ remote: 'x', label: 'lab', way: 'https' }, say, found).detail, /finds something in 2 of 12 texts: name 3, date 1\./);
    assert.match(consentQuestion({ remote: 'x', label: 'lab', way: 'https' }, say, { ...found, textsWithFindings: 0, findings: [] }).detail, /finds nothing in 12 texts\. It does not find everything/);
    assert.doesNotMatch(consentQuestion({ remote: 'x', label: 'lab', way: 'https' }, say).detail, /unencrypted/);
  });
});
