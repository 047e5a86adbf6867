// The built answers panel under a scripted host: what a user sees and does.
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import type { Browser, Page } from 'playwright-core';
import type { AnswerDetail } from '../../src/protocol/panels/answers';
import { type MadeUpAnswers, madeUpAnswers, posting } from './answers-snapshot';
import { launch, openPanel, setTheme, type Theme, violations } from './panel-page';

const pictures = path.join(process.env['PRECLINICAL_ROOT'] ?? process.cwd(), 'dist/test/pictures');
const injection = '<img src=x onerror="window.injected=1">';
const gold = (row: number): string => 'ABCD'[row % 4]!;

/** Four variants: the second mends odd rows and breaks every sixth, the third votes, the fourth was asked half of them. */
function answers(rows = 40): MadeUpAnswers {
  return madeUpAnswers(rows, [
    { model: 'neftune · step-300', strategy: 'direct', letters: (row) => [row % 2 === 0 ? gold(row) : 'E'] },
    { model: injection, strategy: 'chain-of-thought', letters: (row) => [row % 6 === 0 ? 'E' : gold(row)] },
    { model: 'base · step-300', strategy: 'self-consistency', letters: (row) => [gold(row), row % 5 === 0 ? undefined : gold(row), 'E'] },
    { model: 'GPT (vendor)', strategy: 'direct', cloud: true, letters: (row) => (row < rows / 2 ? [row % 3 === 0 ? undefined : 'A'] : undefined) },
  ], (row) => (row === 1 ? injection : `question ${row}: a patient with a cough, and what is done next`));
}

const detail: AnswerDetail = {
  type: 'detail', row: 'q-1', variant: 'v1', question: `Which? ${injection}`, options: [{ letter: 'A', text: injection }, { letter: 'B', text: 'Apixaban' }], promptIs: 'rendered-again',
  prompt: [{ role: 'system', content: injection }, { role: 'user', content: 'Which?\nA. one\nB. two' }],
  samples: [{ repeat: 0, answer: `${injection}\nThe answer is B.`, letter: 'B', taken: 'The answer is B.', rule: 'letter', finishReason: 'stop' }, { repeat: 1, answer: '', taken: '', rule: 'none', finishReason: 'length' }],
};

describe('the answers panel', () => {
  let browser: Browser;
  let page: Page;
  const show = async (shown: MadeUpAnswers, scope?: Parameters<typeof posting>[1]): Promise<void> => {
    await page.evaluate(posting(shown, scope));
    if (shown.variants.length > 0) await page.waitForSelector('answers-grid td[role=gridcell]');
  };
  const posted = (): Promise<{ type: string; row?: string; variant?: string; text?: string }[]> => page.evaluate('window.editor.posted');
  const choose = async (control: string, label: string): Promise<void> => {
    await page.locator(`[data-control="${control}"]`).click();
    await page.locator(`[data-control="${control}"] vscode-option`).filter({ hasText: label }).first().click();
  };
  const count = (text: string): Promise<void> => page.locator('.count').filter({ hasText: text }).waitFor();
  const firstRow = (): Promise<string | null> => page.locator('answers-grid tbody th').first().getAttribute('title');
  const cell = (row: number, column: number): ReturnType<Page['locator']> => page.locator(`#cell-${row}-${column}`);

  before(async () => {
    mkdirSync(pictures, { recursive: true });
    browser = await launch();
  });
  after(() => browser.close());
  beforeEach(async () => {
    page = await openPanel(browser, 'answers');
    await setTheme(page, 'dark');
  });
  afterEach(() => page.close());

  it('says ready, shows nothing before the first snapshot, then a column for each variant with its scores', async () => {
    assert.deepEqual(await posted(), [{ type: 'ready' }]);
    assert.equal(await page.locator('main').count(), 0);
    await show(answers());
    assert.equal(await page.locator('answers-grid thead th').count(), 5);
    const rows = await page.locator('.variants tbody tr').allTextContents();
    assert.match(rows[0]!.replace(/\s+/g, ' '), /neftune.*40.*50\.0%.*50\.0%.*0\.0%/);
    assert.match(rows[3]!.replace(/\s+/g, ' '), /cloud.*0\.11 USD.*20.*35\.0%/);
    assert.match(rows[0]!.replace(/\s+/g, ' '), /41\.3% ± 2\.5%/);
    assert.match(rows[1]!, /The prompt file has changed since/);
    assert.equal(await page.locator('.variants tbody tr').nth(3).locator('td').last().getAttribute('title'), 'No likelihood score: a chat endpoint');
    assert.deepEqual((await cell(1, 0).textContent())?.replace(/\s+/g, ' ').trim(), '✗ E wrong');
    assert.deepEqual((await cell(0, 2).textContent())?.replace(/\s+/g, ' ').trim(), '✓ A right 1/3');
    assert.deepEqual((await cell(0, 3).textContent())?.replace(/\s+/g, ' ').trim(), '– no answer');
  });

  it('breaks no rule of its strict policy; names, questions, prompts and answers are text', async () => {
    await show(answers());
    await cell(1, 1).click();
    await page.evaluate(`window.postMessage(${JSON.stringify(detail)})`);
    await page.locator('.detail .sample').first().waitFor();
    assert.equal(await page.locator('.detail .answer').first().textContent(), detail.samples[0]!.answer);
    assert.equal(await page.locator('.detail .message pre').first().textContent(), injection);
    assert.equal(await page.locator('img').count(), 0);
    assert.equal(await page.evaluate('window.injected'), undefined);
    assert.deepEqual(await violations(page), []);
  });

  it('says that nothing was answered, and that no variant is shown', async () => {
    await show(madeUpAnswers(0, []));
    await page.getByText('Nothing was answered yet.').waitFor();
    await show(answers());
    for (const box of await page.locator('.variants vscode-checkbox').all()) await box.click();
    await page.getByText('No variant is shown.').waitFor();
  });

  it('filters: disagreement, wrong in all, no answer, fixed and broken between two columns with their paired test', async () => {
    await show(answers());
    await count('40 of 40');
    await choose('filter', 'Wrong in all');
    await count('0 of 40');
    await page.getByText('No question matches.').waitFor();
    await choose('filter', 'Fixed');
    await choose('from', 'neftune');
    await choose('to', 'chain-of-thought');
    await count('20 of 40');
    await page.getByText('20 fixed, 7 broken; p = 0.019').waitFor();
    await choose('filter', 'Broken');
    await count('7 of 40');
    assert.match((await firstRow())!, /q-0/);
    await choose('filter', 'Variants disagree');
    await count('30 of 40');
  });

  it('sorts by a column: wrong first, right first, then as in the file', async () => {
    await show(answers());
    const head = page.locator('answers-grid thead button').first();
    await head.click();
    await page.locator('th[aria-sort="ascending"]').waitFor();
    assert.match((await firstRow())!, /q-1\b/);
    await head.click();
    await page.locator('th[aria-sort="descending"]').waitFor();
    assert.match((await firstRow())!, /q-0/);
    await head.click();
    await page.waitForFunction('document.querySelectorAll(`th[aria-sort="none"]`).length === 4');
  });

  it('is moved in by keys, asks for the texts of the cell, and opens its question', async () => {
    await show(answers());
    await page.locator('answers-grid').focus();
    for (const key of ['ArrowDown', 'ArrowDown', 'ArrowRight', 'End', 'ArrowLeft']) await page.keyboard.press(key);
    await page.waitForSelector('#cell-1-2[aria-selected="true"]');
    assert.equal(await page.locator('answers-grid').getAttribute('aria-activedescendant'), 'cell-1-2');
    assert.deepEqual((await posted()).at(-1), { type: 'detail', row: 'q-1', variant: 'v2' });
    await page.keyboard.press('Enter');
    assert.deepEqual((await posted()).at(-1), { type: 'openQuestion', row: 'q-1' });
    await page.keyboard.press('Control+End');
    await page.waitForSelector('#cell-39-3[aria-selected="true"]');
    assert.ok(await cell(39, 3).isVisible());
  });

  it('asks again for the selected cell only when more of its samples came', async () => {
    const half = madeUpAnswers(4, [{ model: 'm', strategy: 'self-consistency', letters: () => ['A'] }]);
    await show(half);
    await cell(0, 0).click();
    const asked = async (): Promise<number> => (await posted()).filter(({ type }) => type === 'detail').length;
    await page.waitForFunction('window.editor.posted.some(({ type }) => type === "detail")');
    await page.evaluate(posting(half, undefined, false));
    await page.evaluate(posting(madeUpAnswers(4, [{ model: 'renamed', strategy: 'self-consistency', letters: () => ['A', 'B'] }]), undefined, false));
    await page.getByText('renamed').first().waitFor();
    assert.equal(await asked(), 2);
  });

  it('copies what is in sight as Markdown and CSV, with nothing in it to be run', async () => {
    await show(answers());
    await choose('filter', 'No answer found');
    await page.locator('[data-control="copyMarkdown"]').click();
    await page.getByText('Copied 7 rows.').waitFor({ state: 'attached' });
    const markdown = (await posted()).at(-1)!.text!;
    assert.match(markdown, /\| q-0 \| A \| ✓ A right \|/);
    assert.ok(markdown.includes('\\<img src=x'), 'a name is no HTML');
    await page.locator('[data-control="copyCsv"]').click();
    await page.waitForFunction('window.editor.posted.at(-1).text.startsWith("question,gold,")');
    const lines = (await posted()).at(-1)!.text!.trim().split('\r\n');
    assert.equal(lines.length, 8);
    assert.ok(lines[1]!.startsWith('q-0,A,A,right,1,1,E,wrong,1,1,'));
  });

  it('scrolls 50,000 rows of which only those in sight exist, and is where it was after a reload', async () => {
    const many = answers(50_000);
    await show(many);
    await count('50,000 of 50,000');
    assert.ok(await page.locator('answers-grid tbody tr').count() < 80);
    await page.locator('answers-grid').focus();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Control+End');
    await page.waitForSelector('#cell-49999-3[aria-selected="true"]');
    await choose('filter', 'All');
    const state = await page.evaluate<{ settings: { scrollTop: number } }>('JSON.parse(sessionStorage.getItem("state"))');
    assert.ok(state.settings.scrollTop > 1_000_000);
    await page.reload();
    await setTheme(page, 'dark');
    await show(many);
    await page.waitForSelector('#cell-49999-3[aria-selected="true"]');
  });

  it('keeps ids with the editor and no texts', async () => {
    await show(answers(), { questions: 'data/tested.jsonl', focus: 'job-0' });
    assert.equal(await page.locator('answers-grid thead th').count(), 2, 'the job that was asked for');
    await page.locator('.variants vscode-checkbox').nth(2).click();
    await page.waitForFunction('document.querySelectorAll("answers-grid thead th").length === 3');
    await cell(0, 0).click();
    const state = await page.evaluate<string>('sessionStorage.getItem("state")');
    assert.doesNotMatch(state, /patient|cough/);
    await page.reload();
    await show(answers(), { questions: 'data/tested.jsonl', focus: 'job-0' });
    assert.equal(await page.locator('answers-grid thead th').count(), 3);
  });

  for (const theme of ['dark', 'light', 'high-contrast'] as const satisfies readonly Theme[]) {
    it(`draws in the colours of a ${theme} theme`, async () => {
      await show(answers(400));
      await setTheme(page, theme);
      await cell(1, 1).click();
      await page.evaluate(`window.postMessage(${JSON.stringify(detail)})`);
      await page.locator('.detail .sample').first().waitFor();
      await page.screenshot({ path: path.join(pictures, `answers-${theme}.png`) });
    });
  }
});
