import assert from 'node:assert/strict';
import { cotSchema } from '../../../../src/documents/cot/schema';
import { isGreedy, runArguments } from '../../../../src/host/prompts/run-arguments';

describe('arguments of a whole experiment', () => {
  it('name a checkpoint, or an endpoint with its key and the consent that was given', () => {
    assert.deepEqual(runArguments('a.cot', { kind: 'checkpoint', reference: 'sample' }), ['prompt', 'a.cot', '--model', 'sample', '--detach', '--json']);
    assert.deepEqual(
      runArguments('a.cot', { kind: 'endpoint', name: 'n', baseUrl: 'https://x/v1', model: 'm', keyVariable: 'KEY', cloud: true, consentedHost: 'x' }),
      ['prompt', 'a.cot', '--endpoint', 'https://x/v1', '--model', 'm', '--key-variable', 'KEY', '--cloud', '--allow-remote', '--detach', '--json'],
    );
    assert.deepEqual(
      runArguments('a.cot', { kind: 'endpoint', name: 'n', baseUrl: 'http://127.0.0.1:1/v1', model: 'm', cloud: false }),
      ['prompt', 'a.cot', '--endpoint', 'http://127.0.0.1:1/v1', '--model', 'm', '--detach', '--json'],
    );
  });

  it('replace repeats and temperature', () => {
    assert.deepEqual(runArguments('a.cot', { kind: 'checkpoint', reference: 'r' }, { repeats: 3, temperature: 0.7, embeddingConsent: 'x:1', fresh: true }).slice(4), ['--set', 'repeats=3', '--set', 'temperature=0.7', '--allow-remote-embeddings', 'x:1', '--fresh', '--detach', '--json']);
  });

  it('know when repeats alone would repeat the same answer', () => {
    const settings = (more: object) => cotSchema.parse({ name: 'a', questions: 'q.jsonl', ...more });
    assert.equal(isGreedy(settings({})), true);
    assert.equal(isGreedy(settings({ temperature: 0.5 })), false);
    assert.equal(isGreedy(settings({ strategies: ['self-consistency'] })), false);
  });
});
