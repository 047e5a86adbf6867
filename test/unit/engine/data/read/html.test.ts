// Web pages: what a reader would read, in paragraphs, and what is left out counted.
import assert from 'node:assert/strict';
import type { ReadItem, ReadOptions } from '../../../../../src/engine/data/read/document';
import { readAll } from '../../../../fixtures/data/read';
import { makeWorkspace, type TestWorkspace } from '../../../../fixtures/data/workspace';

const page = `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Fever &ndash; A guide</title><style>p { color: red }</style>
<link rel="license" href="https://creativecommons.org/licenses/by-sa/4.0/"></head><body>
<header><a href="/">The site</a></header><nav><ul><li>Home<li>About</ul></nav>
<main><article><header><h1>Fever</h1></header>
<p>Temperature above 38&nbsp;&deg;C &amp; rising.
<p>A count of 10<sup>9</sup>/L; H<sub>2</sub>O.<br>Next line.</p>
<script>if (1 < 2) document.write('<p>no</p>');</script>
<h2>Causes</h2><ul><li>Infection</li><li><p>Drugs</p></li></ul>
<pre>line one
  line two</pre>
<table><caption>Table 1</caption><tr><th>Drug</th><th>Dose</th></tr><tr><td>A <b>b</b></td><td><p>1</p><p>2</p></td></tr></table>
<p hidden>Not seen.</p><p style="display:none">Nor this.</p><p>1 &lt; 2 &#8212; &unknown;</p>
<form><p>Subscribe <input><button>Go</button></form></article></main>
<div>Beside the main part.</div><footer>Imprint</footer></body></html>`;

describe('web pages', () => {
  let workspace: TestWorkspace;
  before(async () => { workspace = await makeWorkspace(); });
  after(() => workspace.remove());

  async function read(content: string | Uint8Array, settings: Partial<ReadOptions> = {}): Promise<ReadItem> {
    const [item, ...more] = await readAll(await workspace.write('a.html', content), 'a.html', 'html', settings);
    assert.equal(more.length, 0);
    return item!;
  }
  async function text(content: string | Uint8Array, settings: Partial<ReadOptions> = {}): Promise<string> {
    const item = await read(content, settings);
    assert.ok(item.kind === 'text', item.kind === 'bad' ? item.detail : '');
    return item.text;
  }

  it('are the paragraphs of their main part', async () => {
    const item = await read(page);
    assert.ok(item.kind === 'text');
    assert.deepEqual(item.text.split('\n\n'), [
      '# Fever', 'Temperature above 38 °C & rising.', 'A count of 10^9/L; H2O. Next line.', '## Causes', 'Infection', 'Drugs', 'line one\n  line two', '1 < 2 — &unknown;',
    ]);
    assert.deepEqual(item.leftOut, { scripts: 2, headers: 1, navigation: 1, tables: 1, hidden: 2, forms: 1, footers: 1 });
    assert.deepEqual([item.licence, item.attribute('title'), item.attribute('language')], ['CC BY-SA 4.0', 'Fever – A guide', 'en']);
  });

  it('keep tables and captions when told to', async () => {
    assert.match(await text(page, { tables: 'keep' }), /\n\nDrug \| Dose\nA b \| 1 2\n\n/);
    assert.match(await text(page, { tables: 'keep', captions: 'keep' }), /\n\nTable 1\n\nDrug \| Dose\n/);
  });

  it('are read whole when they mark no main part, under their title', async () => {
    assert.equal(await text('<title>T</title><div>One<div>Two</div>Three</div>'), '# T\n\nOne\n\nTwo\n\nThree');
  });

  it('are read in the encoding they declare, and set aside when they are not in it', async () => {
    assert.equal(await text(Buffer.from('<meta charset="windows-1252"><p>caf\u00e9 \u0093x\u0094</p>', 'latin1')), 'café “x”');
    assert.equal(await text(Buffer.from('\uFEFF<p>café</p>', 'utf16le')), 'café');
    const wrong = await read(Buffer.from('<meta charset="utf-8"><p>caf\u00e9</p>', 'latin1'));
    assert.ok(wrong.kind === 'bad');
    assert.equal(wrong.reason, 'not-utf8');
    const unknown = await read('<meta charset="klingon"><p>x</p>');
    assert.ok(unknown.kind === 'bad');
    assert.equal(unknown.reason, 'unknown-encoding');
  });

  it('without text are set aside, as are those nested without end', async () => {
    const empty = await read('<html><script>x()</script><nav>Menu</nav></html>');
    assert.deepEqual(empty.kind === 'bad' && empty.reason, 'no-text');
    const deep = await read('<div>'.repeat(5000));
    assert.deepEqual(deep.kind === 'bad' && deep.reason, 'nested-too-deep');
  });
});
