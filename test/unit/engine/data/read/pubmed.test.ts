// PubMed XML written for this test: title, labelled parts, ids, licence; what belongs to other articles is left out.
import assert from 'node:assert/strict';
import { detectFormat } from '../../../../../src/engine/data/read/detect';
import { readAll } from '../../../../fixtures/data/read';
import { makeWorkspace, type TestWorkspace } from '../../../../fixtures/data/workspace';

const set = (...articles: readonly string[]): string => `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE PubmedArticleSet PUBLIC "-//NLM//DTD PubMedArticle, 1st January 2025//EN" "https://127.0.0.1:1/pubmed.dtd">
<PubmedArticleSet>${articles.join('\n')}</PubmedArticleSet>`;

const first = `<PubmedArticle><MedlineCitation Status="MEDLINE"><PMID Version="1">10000001</PMID>
<Article><Journal><JournalIssue><PubDate><Year>2004</Year></PubDate></JournalIssue><Title>Journal of Examples</Title></Journal>
<ArticleTitle>Uptake of <sup>18</sup>F &amp; H<sub>2</sub>O in <i>E. coli</i>.</ArticleTitle>
<Abstract><AbstractText Label="BACKGROUND AND AIMS" NlmCategory="BACKGROUND">Counts of 10<sup>9</sup>/L &#x2014; or more.</AbstractText>
<AbstractText Label="METHODS">We counted.</AbstractText><AbstractText>No label.</AbstractText>
<CopyrightInformation>This is open under the Creative Commons Attribution License.</CopyrightInformation></Abstract>
<Language>eng</Language></Article>
<OtherAbstract Type="plain-language-summary"><AbstractText>For everyone.</AbstractText></OtherAbstract>
<CommentsCorrectionsList><CommentsCorrections><PMID Version="1">99</PMID></CommentsCorrections></CommentsCorrectionsList></MedlineCitation>
<PubmedData><ArticleIdList><ArticleId IdType="pubmed">10000001</ArticleId><ArticleId IdType="doi">10.0/one</ArticleId><ArticleId IdType="pmc">PMC1</ArticleId></ArticleIdList>
<ReferenceList><Reference><Citation>Other</Citation><ArticleIdList><ArticleId IdType="doi">10.0/other</ArticleId></ArticleIdList></Reference></ReferenceList></PubmedData></PubmedArticle>`;
const titleOnly = '<PubmedArticle><MedlineCitation><PMID>2</PMID><Article><ArticleTitle>Only a title.</ArticleTitle></Article></MedlineCitation></PubmedArticle>';
const translated = '<PubmedArticle><MedlineCitation><PMID>3</PMID><Article><ArticleTitle>[On something].</ArticleTitle><Abstract><AbstractText>Text.</AbstractText></Abstract></Article></MedlineCitation></PubmedArticle>';

describe('PubMed XML', () => {
  let workspace: TestWorkspace;
  before(async () => { workspace = await makeWorkspace(); });
  after(() => workspace.remove());

  it('is a document a citation', async () => {
    const path = await workspace.write('a.xml', set(first, titleOnly, translated));
    assert.equal(await detectFormat({ path, name: 'a.xml' }, 'text'), 'pubmed');
    const [article, bad, last, ...more] = await readAll(path, 'a.xml', 'pubmed');
    assert.equal(more.length, 0);
    assert.ok(article?.kind === 'text' && bad?.kind === 'bad' && last?.kind === 'text');
    assert.deepEqual(article.text.split('\n\n'), [
      '# Uptake of 18F & H2O in E. coli.', '## Abstract', '### Background and aims', 'Counts of 10^9/L — or more.', '### Methods', 'We counted.', 'No label.',
    ]);
    assert.deepEqual([article.id, article.naturalGroup, article.licence, article.leftOut], ['pmid:10000001', 'pmid', 'CC BY', { 'other-abstracts': 1 }]);
    assert.deepEqual(['pmid', 'doi', 'pmc', 'journal', 'year', 'language'].map(article.attribute), ['10000001', '10.0/one', 'PMC1', 'Journal of Examples', '2004', 'eng']);
    assert.deepEqual([bad.reason, bad.place], ['no-abstract', { file: 'a.xml', record: '2' }]);
    assert.deepEqual([last.text, last.licence], ['# On something\n\n## Abstract\n\nText.', 'not stated']);
  });

  it('keeps what came before a place where the XML is broken', async () => {
    const path = await workspace.write('b.xml', set(translated, '<PubmedArticle><MedlineCitation><PMID>4</PMID></Wrong>', first));
    assert.deepEqual((await readAll(path, 'b.xml', 'pubmed')).map((item) => (item.kind === 'bad' ? [item.reason, item.place.line] : item.id)), ['pmid:3', ['not-well-formed', 4]]);
  });

  it('sets a citation aside that is too large, and one without an id', async () => {
    const long = translated.replace('Text.', 'x'.repeat(500)).replace('3', '5');
    const path = await workspace.write('c.xml', set(long, translated, translated.replace('<PMID>3</PMID>', '')));
    assert.deepEqual((await readAll(path, 'c.xml', 'pubmed', { maximumRecordBytes: 200 })).map((item) => (item.kind === 'bad' ? item.reason : item.id)),
      ['record-too-large', 'pmid:3', 'no-pubmed-id']);
  });

  it('says when the file is other XML', async () => {
    const path = await workspace.write('d.xml', '<list><entry/></list>');
    assert.deepEqual((await readAll(path, 'd.xml', 'pubmed')).map((item) => item.kind === 'bad' && item.reason), ['no-article']);
  });
});
