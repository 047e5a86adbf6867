// Which requests to a server on loopback are foreign, and under which name texts leave this machine.
import assert from 'node:assert/strict';
import { foreignHeader, remoteName } from '../../../src/protocol/loopback';

describe('foreignHeader', () => {
  const rows: [host: string | undefined, origin: string | undefined, expected: 'host' | 'origin' | undefined][] = [
    ['127.0.0.1:80', undefined, undefined], ['LocalHost:80', 'http://localhost:80', undefined], ['[::1]:80', undefined, undefined],
    [undefined, undefined, 'host'], ['127.0.0.1', undefined, 'host'], ['127.0.0.1:81', undefined, 'host'], ['evil.example:80', undefined, 'host'],
    ['127.0.0.1:80', 'https://evil.example', 'origin'], ['127.0.0.1:80', 'null', 'origin'], ['127.0.0.1:80', 'https://127.0.0.1:80', 'origin'],
  ];
  for (const [host, origin, expected] of rows) {
    it(`finds ${expected ?? 'nothing'} foreign in Host ${host ?? '-'}, Origin ${origin ?? '-'}`, () => { assert.equal(foreignHeader(host, origin, 80), expected); });
  }
});

describe('remoteName', () => {
  const rows: [hostname: string, cloud: boolean, expected: string | undefined][] = [
    ['127.0.0.1', false, undefined], ['127.0.0.1', true, 'vendor/model'], ['api.example.org', false, 'api.example.org:8443'],
    ['api.example.org', true, 'api.example.org:8443'], ['127.0.0.1.example.org', false, '127.0.0.1.example.org:8443'],
  ];
  for (const [hostname, cloud, expected] of rows) {
    it(`${hostname}${cloud ? ', passed on,' : ''} is ${expected ?? 'this machine'}`, () => {
      assert.equal(remoteName({ hostname, host: `${hostname}:8443`, model: 'vendor/model', cloud }), expected);
    });
  }
});
