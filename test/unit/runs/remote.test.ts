// Remote addresses without their secrets.
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { withoutCredentials } from '../../../src/runs/provenance/remote';

describe('the address of a Git remote', () => {
  const cases: readonly [string, string][] = [
    ['https://github.com/group/project.git', 'https://github.com/group/project.git'],
    ['https://someone:secret@host.org/x.git', 'https://host.org/x.git'],
    ['https://secret@host.org:8443/x.git?key=secret#secret', 'https://host.org:8443/x.git'],
    ['https://host.org/@scope/x.git', 'https://host.org/@scope/x.git'],
    ['https://someone:sec/ret@host.org/x', 'https://host.org/x'],
    ['ssh://git:secret@host.org:2222/x.git', 'ssh://host.org:2222/x.git'],
    ['git@github.com:group/project.git', 'github.com:group/project.git'],
    ['codecommit::https://secret:secret@host.org/x', 'codecommit::https://host.org/x'],
    ['/srv/git/x.git', '/srv/git/x.git'],
    ['../a@b/x.git', '../a@b/x.git'],
    ['C:\\git\\a@b', 'C:\\git\\a@b'],
  ];
  for (const [remote, expected] of cases) {
    it(`of ${remote} is ${expected}`, () => { assert.equal(withoutCredentials(remote), expected); });
  }

  it('never keeps a user or password', () => {
    const secret = fc.stringMatching(/^[A-Za-z0-9._~!$&'()*+,;=%-]{4,20}$/).map((text) => `Q${text}Z`);
    fc.assert(fc.property(fc.constantFrom('https', 'http', 'ssh', 'git', 'ftp'), secret, secret, fc.boolean(), (scheme, user, password, both) => {
      const kept = withoutCredentials(`${scheme}://${user}${both ? `:${password}` : ''}@host.org/x.git`);
      assert.equal(kept, `${scheme}://host.org/x.git`);
    }));
  });
});
