// Articles of both dialects, written for this test: what is text, what is left out and counted, what is known beside.
import assert from 'node:assert/strict';
import path from 'node:path';
import type { ReadItem, ReadOptions } from '../../../../src/engine/data/read/document';
import { readJats } from '../../../../src/engine/data/read/xml/jats';
import { licenceName } from '../../../../src/engine/data/read/licence';
import { packageRoot } from '../../../../src/engine/parts/assets';
import { readDefaults } from '../../../fixtures/data/read';
import { makeWorkspace, type TestWorkspace } from '../../../fixtures/data/workspace';

async function read(file: string, settings: Partial<ReadOptions> = {}): Promise<ReadItem[]> {
  const items: ReadItem[] = [];
  for await (const item of readJats({ path: file, name: path.basename(file) }, { ...readDefaults, ...settings })) items.push(item);
  return items;
}

async function readArticle(name: string, settings: Partial<ReadOptions> = {}): Promise<Extract<ReadItem, { kind: 'text' }>> {
  const [item, ...more] = await read(path.join(packageRoot, 'test', 'fixtures', 'data', name), settings);
  assert.equal(more.length, 0);
  assert.ok(item?.kind === 'text');
  return item;
}

describe('JATS articles', () => {
  it('keeps nested sections, one abstract and every paragraph', async () => {
    const { text } = await readArticle('article-jats.nxml');
    assert.deepEqual(text.split('\n\n'), [
      '# Blood counts in examples',
      '## Abstract',
      '### Background', 'Counts vary — widely.',
      '### Results', 'Leukocytes were 12 × 10^9/L.',
      'A paragraph before any section.',
      '## Methods',
      'Samples were taken as described [2]. See Figure 1. Calcium is Ca^2+, water H2O.',
      '### Patients', 'We saw:', 'adults;', 'children.', 'No others.',
      '#### Inclusion', 'All ages were included.',
      '## Results', 'None & nothing.',
      '### Key points', 'Boxed.',
    ]);
  });

  it('counts what is left out', async () => {
    const { leftOut } = await readArticle('article-jats.nxml');
    assert.deepEqual(leftOut, {
      'other-abstracts': 2, 'figures': 2, 'formulas': 1, 'tables': 1, 'acknowledgements': 1, 'footnotes': 1, 'references': 2, 'sub-articles': 1,
    });
  });

  it('keeps tables, captions or both, in their place, when told to', async () => {
    const all = (await readArticle('article-jats.nxml')).text.split('\n\n');
    const added = async (settings: Partial<ReadOptions>): Promise<unknown> => {
      const { text, leftOut } = await readArticle('article-jats.nxml', settings);
      const blocks = text.split('\n\n');
      assert.deepEqual(all.filter((block) => !blocks.includes(block) && !block.startsWith('Samples were taken')), []);
      return [blocks.filter((block) => !all.includes(block)), leftOut?.['tables'], leftOut?.['figures']];
    };
    const around = ['Samples were taken as described [2]. See Figure 1.', 'Calcium is Ca^2+, water H2O.'] as const;
    assert.deepEqual(await added({ tables: 'keep' }), [['### Tables only', 'cell'], undefined, 2]);
    assert.deepEqual(await added({ captions: 'keep' }), [[around[0], 'Figure 1. A caption.', around[1], 'Floating.'], 1, 2]);
    assert.deepEqual(await added({ tables: 'keep', captions: 'keep' }), [[around[0], 'Figure 1. A caption.', around[1], '### Tables only', 'cell', 'Floating.'], undefined, 2]);
  });

  it('knows ids, journal and licence, and groups by PubMed id', async () => {
    const article = await readArticle('article-jats.nxml');
    assert.deepEqual([article.id, article.naturalGroup, article.licence], ['pmid:10000001', 'pmid', 'CC BY-NC 4.0']);
    assert.deepEqual(['pmid', 'pmc', 'doi', 'journal'].map(article.attribute), ['10000001', '2000001', '10.0000/example.1', 'Journal of Examples']);
  });

  it('reads the NLM 2.3 dialect, whose licence is only in the copyright statement', async () => {
    const article = await readArticle('article-nlm.nxml');
    assert.equal(article.text, '# An older dialect\n\n## Abstract\n\nOne paragraph.\n\n## Introduction\n\nText.');
    assert.deepEqual([article.licence, article.attribute('journal'), article.leftOut], ['CC BY', 'Older Journal', { references: 1 }]);
  });

  describe('files that cannot be used', () => {
    let workspace: TestWorkspace;
    before(async () => { workspace = await makeWorkspace(); });
    after(() => workspace.remove());
    const cases: readonly [name: string, xml: string, reason: string, line?: number][] = [
      ['broken', '<article>\n<body><p>x</body>\n</article>', 'not-well-formed', 2],
      ['unknown entity', '<article>\n<body><p>&nonsense;</p></body></article>', 'not-well-formed', 2],
      ['cut off', '<article><body><p>x', 'not-well-formed', 1],
      ['other XML', '<html><p>x</p></html>', 'no-article'],
      ['no text', '<article><front/></article>', 'no-text'],
    ];
    for (const [name, xml, reason, line] of cases) {
      it(name, async () => {
        const items = await read(await workspace.write('x.nxml', xml));
        assert.deepEqual(items.map((item) => item.kind === 'bad' && [item.reason, item.place.line]), [[reason, line]]);
      });
    }

    it('reads every article of a collection', async () => {
      const article = (n: number): string => `<article><front><article-meta><article-id pub-id-type="pmid">${n}</article-id></article-meta></front><body><p>Text ${n}.</p></body></article>`;
      const items = await read(await workspace.write('set.xml', `<pmc-articleset>${article(1)}${article(2)}</pmc-articleset>`));
      assert.deepEqual(items.map((item) => item.kind === 'text' && [item.id, item.text]), [['pmid:1', 'Text 1.'], ['pmid:2', 'Text 2.']]);
    });
  });
});

describe('licenceName', () => {
  const cases: readonly [statement: string, name: string | undefined][] = [
    ['http://creativecommons.org/licenses/by/2.0', 'CC BY 2.0'],
    ['https://creativecommons.org/licenses/by-nc-nd/4.0/', 'CC BY-NC-ND 4.0'],
    ['https://creativecommons.org/publicdomain/zero/1.0/', 'CC0'],
    ['http://creativecommons.org/publicdomain/mark/1.0/', 'public domain'],
    ['under the Creative Commons Attribution Non-Commercial Share-Alike License', 'CC BY-NC-SA'],
    ['Publication lies in the public domain', 'public domain'],
    ['All rights reserved.', undefined],
  ];
  for (const [statement, name] of cases) it(statement, () => { assert.equal(licenceName(statement), name); });

  it('reads the ISO names of characters that old DTDs bring in, and fetches no DTD for them', async () => {
    const article = `<?xml version="1.0"?><!DOCTYPE article PUBLIC "-//NLM//DTD Journal Publishing DTD v2.3//EN" "http://127.0.0.1:9/journalpublishing.dtd">
<article><front><article-meta><title-group><article-title>TNF-&alpha; &amp; IL-1&beta;</article-title></title-group></article-meta></front>
<body><sec><title>Results</title><p>P &le; 0.05 at 37 &deg;C; &agr;-helix, 5 &mu;g, G&ouml;teborg&mdash;twice.</p></sec></body></article>`;
    const workspace = await makeWorkspace();
    const [item] = await read(await workspace.write('iso.nxml', article));
    assert.ok(item?.kind === 'text', JSON.stringify(item));
    assert.match(item.text, /TNF-α & IL-1β/);
    assert.match(item.text, /P ≤ 0\.05 at 37 °C; α-helix, 5 μg, Göteborg—twice\./);
    const [bad] = await read(await workspace.write('no.nxml', article.replace('&alpha;', '&nosuchname;')));
    await workspace.remove();
    assert.ok(bad?.kind === 'bad' && bad.reason === 'not-well-formed');
  });
});
