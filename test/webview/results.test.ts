// The built results panel under a scripted host: what a user sees and does.
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import type { Browser, Page } from 'playwright-core';
import type { HostToResults, ResultsDetail, ResultsFacts, ResultsPair } from '../../src/protocol/panels/results';
import { launch, openPanel, setTheme, type Theme, violations } from './panel-page';
import { estimate, evaluation, items, snapshot } from './results-snapshot';

const pictures = path.join(process.env['PRECLINICAL_ROOT'] ?? process.cwd(), 'dist/test/pictures');
const injection = '<img src=x onerror="window.injected=1">';
/** Newest first, as the host sends them. */
const evaluations = [evaluation('c', injection, 0.6, { parent: 'b', bitsPerByte: {} }), evaluation('b', 'cpt', 0.5, { parent: 'a' }), evaluation('a', 'base', 0.4)];
const grids = [{ study: 's', title: 'miniature', rows: ['Base', 'Clinical'], columns: ['as it is', 'instruct'], cells: [[['a'], []], [['b'], ['c']]], base: ['a'] }];
const change = { facts: { acc: { value: 0.2, standardError: 0.05, n: 100 } } };
const pair: ResultsPair = {
  type: 'pair', pair: ['a', 'c'], isResampling: false,
  rows: [{ task: 'facts', metric: 'acc', first: estimate(0.4), second: estimate(0.6), difference: estimate(0.2), interval: [0.1, 0.3], onlyFirst: 5, onlySecond: 25, p: 0.0003, adjustedP: 0.0006 }],
};
const detail: ResultsDetail = {
  type: 'detail', key: 'hash1#0', prompt: `Question: ${injection}\nAnswer:`, target: injection,
  answers: [{ evaluation: 'a', isRight: false, chosen: 0, options: [{ text: 'x', logLikelihood: -1, probability: 0.7 }, { text: injection, logLikelihood: -2, probability: 0.3 }] }, { evaluation: 'c', isRight: true, words: injection, options: [] }],
};
const facts: ResultsFacts = {
  type: 'facts', evaluation: 'c', task: 'facts', fields: ['subject', injection], field: 'subject',
  calibration: { n: 100, expectedError: 0.12, confidence: 0.7, accuracy: 0.6, bins: Array.from({ length: 15 }, (_, bin) => ({ from: bin / 15, to: (bin + 1) / 15, n: bin === 10 ? 100 : 0, accuracy: 0.6, confidence: 0.7 })) },
  orders: { orders: [{ by: 0, accuracy: 0.6 }, { by: 1, accuracy: 0.5 }], items: 100, consistency: 0.75, rightInAll: 0.4, meanAccuracy: 0.55 },
  subgroups: [{ value: injection, estimate: estimate(0.5, 20), interval: [0.3, 0.7] }],
};

describe('the results panel', () => {
  let browser: Browser;
  let page: Page;
  const post = (message: HostToResults): Promise<void> => page.evaluate(`window.postMessage(${JSON.stringify(message)})`);
  const postItems = (message: ReturnType<typeof items>): Promise<void> => page.evaluate(`window.postMessage({ ...${JSON.stringify(message)}, block: Uint8Array.from(${JSON.stringify(message.block)}) })`);
  const posted = (type: string): Promise<Record<string, unknown>[]> => page.evaluate(`window.editor.posted.filter((one) => one.type === '${type}')`);
  const tab = (name: string): Promise<void> => page.locator(`#tab-${name}`).click();
  const choose = async (control: string, label: string): Promise<void> => {
    await page.locator(`[data-control="${control}"]`).click();
    await page.locator(`[data-control="${control}"] vscode-option`).filter({ hasText: label }).first().click();
  };
  const pick = async (control: string, value: string): Promise<void> => {
    await page.locator(`[data-control="${control}"]`).click();
    await page.locator(`[data-control="${control}"] vscode-option[value="${value}"]`).click();
  };
  const words = async (selector: string): Promise<string> => ((await page.locator(selector).first().textContent()) ?? '').replace(/\s+/g, ' ').trim();
  const showQuestions = async (): Promise<void> => {
    await post(snapshot(evaluations));
    await tab('questions');
    // The first is right for all but the oldest, every third wrong for the newest.
    await postItems(items(['a', 'b', 'c'], 9, (column, row) => (column === 0 ? (row < 4 ? 1 : 2) : column === 2 && row % 3 === 2 ? 1 : 2), (row) => (row === 1 ? injection : `question ${row}`)));
    await page.waitForSelector('results-grid tbody td');
  };

  before(async () => {
    mkdirSync(pictures, { recursive: true });
    browser = await launch();
  });
  after(() => browser.close());
  beforeEach(async () => {
    page = await openPanel(browser, 'results');
    await setTheme(page, 'dark');
  });
  afterEach(() => page.close());

  it('says ready, then each model under its parent with its score, changes and held-out bits per byte', async () => {
    assert.deepEqual(await posted('ready'), [{ type: 'ready' }]);
    assert.equal(await page.locator('main').count(), 0);
    await post(snapshot(evaluations));
    await post({ type: 'changes', base: 'a', toParent: { b: change }, toBase: { c: change }, answered: { c: { facts: { acc: { accuracy: 0.8, failureRate: 0.25 } } } }, methods: {} });
    await page.locator('.up').first().waitFor();
    assert.deepEqual(await page.evaluate("[...document.querySelectorAll('tbody tr')].map((row) => row.getAttribute('data-evaluation'))"), ['a', 'b', 'c']);
    assert.match(await words('tr[data-evaluation="b"]'), /└ cpt.*50\.0 ± 5\.0 ▲ \+20\.0 ± 5\.0 toParent.*1\.234/);
    assert.match(await words('tr[data-evaluation="c"]'), /▲ \+20\.0 ± 5\.0 toBase.*80\.0 of the answered · no answer found 25\.0/);
    assert.deepEqual((await posted('look')).at(-1), { type: 'look', shown: ['a', 'b', 'c'], base: 'a' });
  });

  it('breaks no rule of its strict policy; names, questions, options and fields are text', async () => {
    await showQuestions();
    await page.locator('results-grid tbody tr').nth(1).click();
    assert.deepEqual((await posted('detail')).at(-1), { type: 'detail', key: 'hash1#0' });
    await post(detail);
    await page.locator('.detail .answer').first().waitFor();
    assert.equal(await page.locator('.detail > pre').textContent(), detail.prompt);
    await tab('reliability');
    await post(facts);
    await page.locator('.reliability svg rect').first().waitFor();
    assert.equal(await page.locator('img').count(), 0);
    assert.equal(await page.evaluate('window.injected'), undefined);
    assert.deepEqual(await violations(page), []);
  });

  it('lays a study out in its grid and gives the table away', async () => {
    await post(snapshot(evaluations, { grids }));
    await tab('grid');
    assert.match(await words('.scores tbody tr:nth-child(2)'), /Clinical ?50\.0 ± 5\.0 ?60\.0 ± 5\.0/);
    assert.deepEqual((await posted('look')).at(-1), { type: 'look', shown: ['a', 'b', 'c'], base: 'a' });
    await page.locator('[data-control="copy-markdown"]').click();
    await page.locator('[data-control="save"]').click();
    assert.match((await posted('copy'))[0]!['text'] as string, /^\*\*miniature, facts acc.*\n\n\|  \| as it is \| instruct \|\n/);
    assert.match((await posted('save'))[0]!['text'] as string, /^,as it is,instruct\nBase,40\.0 ± 5\.0,\n/);
  });

  it('shows a cell of several seeds as a method, over seeds and questions', async () => {
    await post(snapshot(evaluations, { grids: [{ ...grids[0]!, cells: [[['a'], []], [['b', 'c'], []]] }] }));
    await tab('grid');
    assert.deepEqual((await posted('look')).at(-1), { type: 'look', shown: ['a', 'b', 'c'], base: 'a', methods: { all: [['b', 'c']], base: ['a'] } });
    const score = { value: 0.55, standardError: 0.06, n: 100 };
    await post({ type: 'changes', base: 'a', toParent: {}, toBase: {}, answered: {}, methods: { 'b c': { facts: { acc: { score, seeds: 2, deviation: 0.07, toBase: { ...score, value: 0.15 } } } } } });
    await page.getByText('2 seeds').waitFor();
    assert.match(await words('.scores tbody tr:nth-child(2)'), /Clinical ?55\.0 ± 6\.0 ?2 seeds, deviation 7\.0 ?▲ \+15\.0 ± 6\.0 toBase/);
    await page.locator('[data-control="copy-csv"]').click();
    assert.match((await posted('copy'))[0]!['text'] as string, /Clinical,"?55\.0 ± 6\.0; 2 seeds, deviation 7\.0; \+15\.0 ± 6\.0/);
  });

  it('compares two, at once when a command says so, and says that they are single runs', async () => {
    await post(snapshot(evaluations, { scope: { focus: ['a', 'c'], pair: ['a', 'c'] } }));
    assert.deepEqual((await posted('look')).at(-1)!['pair'], ['a', 'c']);
    await post({ ...pair, isResampling: true, rows: pair.rows.map(({ interval, ...row }) => ({ ...row, ...(interval ? {} : {}) })) });
    await page.getByText('resampling').waitFor();
    await post(pair);
    assert.match(await words('.pairs tbody tr'), /facts ?acc ?100 ?40\.0 ?60\.0 ?▲ \+20\.0 ± 5\.0 ?\+10\.0 … \+30\.0 ?5 ?25 ?< 0\.001 ?< 0\.001/);
    assert.equal(await page.getByText('singleRun').count(), 1);
    await page.locator('[data-control="copy-latex"]').click();
    assert.match((await posted('copy'))[0]!['text'] as string, /\\begin\{tabular\}/);
    await choose('second', 'base');
    await page.getByText('pickTwo').waitFor();
  });

  it('lists questions that were fixed, broken or are wrong in both, and moves in them by keys', async () => {
    await showQuestions();
    const count = (text: string): Promise<void> => page.locator('.count').filter({ hasText: text }).waitFor();
    await count('9 of 9 questions');
    for (const [label, shown] of [['differ', 5], ['broken', 2], ['bothWrong', 1], ['wrongInAll', 0], ['fixed', 3]] as const) {
      await pick('filter', label);
      await count(`${shown} of 9 questions`);
    }
    await page.locator('results-grid').focus();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('End');
    await page.locator('tr[aria-selected="true"]').filter({ hasText: 'question 3' }).waitFor();
    await page.keyboard.press('Enter');
    assert.deepEqual((await posted('openItem')).at(-1), { type: 'openItem', key: 'hash3#0', evaluation: 'c' });
    await page.locator('#tab-questions').focus();
    await page.keyboard.press('ArrowRight');
    assert.equal(await page.locator('#tab-reliability').getAttribute('aria-selected'), 'true');
  });

  it('tells calibration, the order of options and subgroups, each in numbers', async () => {
    await post(snapshot(evaluations));
    await tab('reliability');
    assert.deepEqual((await posted('look')).at(-1)!['facts'], { evaluation: 'c', task: 'facts', metric: 'acc' });
    await post(facts);
    await page.getByText('ECE 12.0 over 100, confidence 70.0, accuracy 60.0').waitFor();
    await page.getByText('100 75.0 40.0 55.0').waitFor();
    await choose('field', 'img');
    assert.deepEqual((await posted('look')).at(-1)!['facts'], { evaluation: 'c', task: 'facts', metric: 'acc', field: injection });
  });

  it('is as it was after a reload, holds no text of questions, and shows what the user chose', async () => {
    await showQuestions();
    await page.locator('.chooser summary').click();
    await page.locator('.chooser [data-evaluation="b"]').click();
    await pick('filter', 'broken');
    const kept = await page.evaluate<string>("sessionStorage.getItem('state')");
    assert.doesNotMatch(kept, /question \d/);
    await page.reload();
    await post(snapshot(evaluations));
    assert.equal(await page.locator('#tab-questions').getAttribute('aria-selected'), 'true');
    assert.deepEqual((await posted('look')).at(-1)!['shown'], ['a', 'c']);
  });

  it('says that nothing is evaluated, and what went wrong', async () => {
    await post(snapshot([]));
    await page.getByText('empty', { exact: true }).waitFor();
    await post({ type: 'trouble', message: 'these results cannot be read' });
    await page.locator('[role=status]').filter({ hasText: 'cannot be read' }).waitFor();
  });

  it('draws only the rows in sight of ten thousand', async () => {
    await post(snapshot(evaluations));
    await tab('questions');
    await postItems(items(['a', 'b', 'c'], 10_000, (column, row) => 1 + ((row + column) % 2)));
    await page.waitForSelector('results-grid tbody td');
    assert.ok(await page.locator('results-grid tbody tr[role=row]').count() < 80);
    await page.locator('results-grid').focus();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('End');
    await page.locator('tr[aria-selected="true"]').filter({ hasText: 'question 9999' }).waitFor();
  });

  for (const theme of ['dark', 'light', 'high-contrast'] satisfies Theme[]) {
    it(`is drawn in a ${theme} theme`, async () => {
      await setTheme(page, theme);
      await showQuestions();
      await page.screenshot({ path: path.join(pictures, `results-${theme}.png`) });
      assert.deepEqual(await violations(page), []);
    });
  }
});
