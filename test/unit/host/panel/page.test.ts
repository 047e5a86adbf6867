// The page of a panel lets nothing in but the extension's own script and style.
import assert from 'node:assert/strict';
import { panelPage } from '../../../../src/host/panel/page';
import { runIdsOf } from '../../../../src/host/curves/run-ids';

const page = panelPage({ title: '<b>"x"', language: 'en', nonce: 'abc', cspSource: 'https://source', script: 'https://source/a.js', style: 'https://source/a.css' });

describe('page of a panel', () => {
  it('starts from default-src none and allows no inline or evaluated code', () => {
    const policy = /Content-Security-Policy" content="([^"]+)"/.exec(page)![1]!;
    assert.match(policy, /^default-src 'none'; script-src 'nonce-abc'; style-src https:\/\/source 'nonce-abc'; /);
    assert.doesNotMatch(policy, /unsafe|\*/);
  });

  it('gives its only script the nonce', () => {
    assert.deepEqual(page.match(/<script[^>]*>/g), ['<script nonce="abc" src="https://source/a.js">']);
  });

  it('writes a title as text', () => {
    assert.match(page, /<title>&lt;b&gt;&quot;x&quot;<\/title>/);
  });
});

describe('runs a command is about', () => {
  const [one, two] = ['20260102-030405-one-abcd', '20260102-030405-two-abcd'];

  it('takes ids, lists and tree items, each once', () => {
    assert.deepEqual(runIdsOf([one]), [one]);
    assert.deepEqual(runIdsOf([[one, two], one]), [one, two]);
    assert.deepEqual(runIdsOf([{ id: one }, [{ id: one }, { job: { id: two } }]]), [one, two]);
  });

  it('takes nothing that is no id, such as a path out of the folder', () => {
    assert.deepEqual(runIdsOf(['../../etc', undefined, null, 3, { id: 5 }, { job: null }]), []);
  });
});
