// Real articles, abstracts and corpora as the readers see them. Numbers of paragraphs and sections were counted in the XML by
// another parser, titles, first and last words and table cells read off the files by eye.
import assert from 'node:assert/strict';
import path from 'node:path';
import type { ConcreteFormat } from '../../../src/engine/data/read/detect';
import { detectFormat } from '../../../src/engine/data/read/detect';
import type { ReadOptions, TextDocument } from '../../../src/engine/data/read/document';
import { realDataFolder } from '../../real-data';
import { readAll } from '../../fixtures/data/read';

interface Expected {
  readonly ids: readonly [pmid: string, pmc: string, doi: string];
  readonly journal: string;
  readonly licence: string;
  readonly title: string;
  readonly abstractTitles: number;
  readonly abstractParagraphs: number;
  readonly bodyTitles: number;
  readonly bodyParagraphs: number;
  readonly leftOut: Readonly<Record<string, number>>;
  /** Headings of the body at the level of sections. */
  readonly sections: readonly string[];
  /** Paragraphs, counted from the first one of the abstract, negative from the last: how they begin and end. */
  readonly paragraphs: Readonly<Record<number, readonly [begins: string, ends: string]>>;
}

const articles: Readonly<Record<string, Expected>> = {
  '1471-2180-11-174.nxml': {
    ids: ['21810267', '3166277', '10.1186/1471-2180-11-174'], journal: 'BMC Microbiology', licence: 'CC BY 2.0',
    title: 'Factors influencing lysis time stochasticity in bacteriophage λ',
    // One of the body's 23 titles is of a section with nothing but a supplement in it.
    abstractTitles: 3, abstractParagraphs: 3, bodyTitles: 22, bodyParagraphs: 40,
    leftOut: { figures: 4, tables: 3, supplements: 1, references: 64 },
    sections: ['Background', 'Results', 'Discussion', 'Conclusions', 'Appendix A', 'Appendix B', 'Methods', 'Competing interests', 'Authors\' contributions'],
    paragraphs: {
      0: ['Despite identical genotypes and seemingly uniform environments, stochastic gene expression', 'is the timing of host lysis by bacteriophage (phage).'],
      1: ['Individual lysis events of thermally-inducible λ lysogens were observed', 'between the timing of KCN addition and lysis time stochasticity.'],
      3: ['Some phenotypic variation arises from randomness in cellular processes despite identical environments and genotypes [1-9]', 'during high stress conditions than did wild-type cells [25].'],
      [-1]: ['JJD was responsible for conducting all the relevant experiments', 'Both authors read and approved the final manuscript.'],
    },
  },
  'pone.0000217.nxml': {
    ids: ['17299597', '1790863', '10.1371/journal.pone.0000217'], journal: 'PLoS ONE', licence: 'CC BY',
    title: 'Quantifying Organismal Complexity using a Population Genetic Approach',
    abstractTitles: 3, abstractParagraphs: 3, bodyTitles: 21, bodyParagraphs: 51,
    leftOut: { figures: 3, formulas: 24, acknowledgements: 1, references: 33, footnotes: 2 },
    sections: ['Introduction', 'Model and Results', 'Discussion', 'Methods'],
    paragraphs: {
      0: ['Various definitions of biological complexity have been proposed: the number of genes', 'these metrics are often incongruent.'],
      1: ['Here we propose an alternative complexity metric', 'to illustrate the consistency of our approach and its applicability.'],
      3: ['A persistent question in biology is how organismal complexity changes through the course of evolution [1]–[5].', 'that we term phenotypic complexity.'],
      [-1]: ['Because we do not know maximum fitness fref, we must estimate it', 'be used relative to fref.'],
    },
  },
  'ehp-116-1694.nxml': {
    ids: ['19079722', '2599765', '10.1289/ehp.11570'], journal: 'Environmental Health Perspectives', licence: 'public domain',
    title: 'Dietary Exposure to 2,2′,4,4′-Tetrabromodiphenyl Ether (PBDE-47) Alters Thyroid Status and Thyroid Hormone–Regulated Gene Transcription in the Pituitary and Brain',
    abstractTitles: 5, abstractParagraphs: 5, bodyTitles: 18, bodyParagraphs: 33,
    leftOut: { footnotes: 3, references: 58, figures: 3 },
    sections: ['Materials and Methods', 'Results', 'Discussion'],
    paragraphs: {
      0: ['Polybrominated diphenyl ether (PBDE) flame retardants have been implicated as disruptors', 'whether PBDEs impact TH-regulated pathways in target tissues.'],
      1: ['We examined the effects of dietary exposure to 2,2′,4,4′-tetrabromodiphenyl ether (PBDE-47)—', 'basic transcription element-binding protein (BTEB) in the brain.'],
      5: ['Polybrominated diphenyl ethers (PBDEs) are added to plastics, polyurethane foam, paints, and synthetic fabrics', 'of PBDE-47 and PBDE-99 (Fernie et al. 2005).'],
      [-1]: ['In summary, our results provide evidence that oral PBDE-47 exposure affects the thyroid axis at several levels', 'into how PBDEs influence TH-mediated neural function.'],
    },
  },
};

describe('real documents', () => {
  let data: string;
  before(function () {
    const folder = realDataFolder();
    if (folder === undefined) this.skip();
    data = folder;
  });

  async function article(name: string, settings: Partial<ReadOptions> = {}): Promise<TextDocument> {
    const file = { path: path.join(data, 'jats', name), name };
    assert.equal(await detectFormat(file, 'text'), 'jats');
    const [item, ...more] = await readAll(file.path, name, 'jats', settings);
    assert.equal(more.length, 0);
    assert.ok(item?.kind === 'text');
    return item;
  }

  for (const [name, expected] of Object.entries(articles)) {
    it(name, async () => {
      const found = await article(name);
      const blocks = found.text.split('\n\n');
      const headings = blocks.filter((block) => block.startsWith('#'));
      assert.equal(blocks[0], `# ${expected.title}`);
      assert.equal(headings.length, 2 + expected.abstractTitles + expected.bodyTitles);
      assert.equal(blocks.length - headings.length, expected.abstractParagraphs + expected.bodyParagraphs);
      assert.deepEqual(['pmid', 'pmc', 'doi'].map(found.attribute), expected.ids);
      assert.deepEqual([found.id, found.naturalGroup, found.attribute('journal'), found.licence], [`pmid:${expected.ids[0]}`, 'pmid', expected.journal, expected.licence]);
      assert.deepEqual(found.leftOut, expected.leftOut);
      const paragraphs = blocks.filter((block) => !block.startsWith('#'));
      for (const [place, [begins, ends]] of Object.entries(expected.paragraphs)) {
        const paragraph = paragraphs.at(Number(place))!;
        assert.deepEqual([paragraph.slice(0, begins.length), paragraph.slice(-ends.length)], [begins, ends], `paragraph ${place}`);
      }
      assert.deepEqual(headings.filter((block) => /^## (?!Abstract)/.test(block)).map((block) => block.slice(3)), expected.sections);
    });
  }

  it('tables and captions of an article are its text when told so', async () => {
    const { text, leftOut } = await article('1471-2180-11-174.nxml', { tables: 'keep', captions: 'keep' });
    const tables = text.split('\n\n').filter((block) => block.includes(' | '));
    assert.deepEqual(tables.map((table) => table.split('\n').length), [15, 20, 19]);
    assert.deepEqual(tables[0]!.split('\n').slice(0, 3), ['Strain | na | MLT (min) | SD (min)', 'IN61 | 274 | 45.7 | 2.92', 'IN56 (WT) | 230 | 65.1 | 3.24']);
    assert.equal(text.split('\n\n').filter((block) => /^Table [123]\. /.test(block)).length, 3);
    assert.equal(text.split('\n\n').filter((block) => /^Figure [1234]\. /.test(block)).length, 4);
    assert.deepEqual(leftOut, { figures: 4, supplements: 1, references: 64 });
  });

  it('captions kept in place or at the end leave every other paragraph as it was', async () => {
    for (const [name, captions] of [['pone.0000217.nxml', 6], ['ehp-116-1694.nxml', 6]] as const) {
      const without = (await article(name)).text.split('\n\n');
      const kept = (await article(name, { captions: 'keep' })).text.split('\n\n');
      assert.equal(kept.length, without.length + captions);
      assert.deepEqual(without.filter((block) => !kept.includes(block)), []);
    }
  });

  const corpora: readonly [file: string, auto: ConcreteFormat, format: ConcreteFormat, documents: number][] = [
    ['pubmedqa/pqal_dev500.json', 'pubmedqa', 'pubmedqa', 500],
    ['general/wiki_demo.txt', 'text', 'lines', 30],
    ['general/c4_demo.jsonl', 'jsonl', 'jsonl', 300],
    ['general/alpaca_en_demo.json', 'alpaca', 'alpaca', 999],
    ['general/v1_sft_demo.jsonl', 'chat', 'chat', 500],
  ];
  for (const [name, auto, format, documents] of corpora) {
    it(`${name}: every record`, async () => {
      const file = { path: path.join(data, name), name };
      assert.equal(await detectFormat(file, 'text'), auto);
      const items = await readAll(file.path, name, format);
      assert.deepEqual(items.filter((item) => item.kind === 'bad'), []);
      assert.equal(items.length, documents);
    });
  }

  it('an abstract of PubMedQA is its contexts under its PubMed id', async () => {
    const [first] = await readAll(path.join(data, 'pubmedqa/pqal_dev500.json'), 'p.json', 'pubmedqa');
    assert.ok(first?.kind === 'text');
    assert.equal(first.id, 'pmid:10808977');
    assert.match(first.text, /^Telephone counseling and tailored print communications have emerged as promising methods/);
  });
});
