// The built curves panel under a scripted host: what a user sees and does.
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import type { Browser, Page } from 'playwright-core';
import type { CurveRun } from '../../src/protocol/panels/curves';
import { madeUpRun, posting } from './curves-snapshot';
import { launch, openPanel, setTheme, type Theme, violations } from './panel-page';

const pictures = path.join(process.env['PRECLINICAL_ROOT'] ?? process.cwd(), 'dist/test/pictures');
const injection = '<img src=x onerror="window.injected=1">';

describe('the curves panel', () => {
  let browser: Browser;
  let page: Page;
  const runs = [madeUpRun(0, 'base'), madeUpRun(1, injection), madeUpRun(2, 'neftune', 800)];
  const show = async (shown: readonly CurveRun[]): Promise<void> => {
    await page.evaluate(posting(shown));
    if (shown.length > 0) await page.waitForSelector('[data-metric="train/loss"] canvas');
  };
  const loss = (inside: string): string => `[data-metric="train/loss"] ${inside}`;
  const values = (): Promise<string[]> => page.locator(loss('.value')).allTextContents();

  before(async () => {
    mkdirSync(pictures, { recursive: true });
    browser = await launch();
  });
  after(() => browser.close());
  beforeEach(async () => {
    page = await openPanel(browser, 'curves');
    page.setDefaultTimeout(5000);
    await setTheme(page, 'dark');
  });
  afterEach(() => page.close());

  it('says ready, shows nothing before the first snapshot, then a chart for each metric in order', async () => {
    assert.deepEqual(await page.evaluate('window.editor.posted'), [{ type: 'ready' }]);
    assert.equal(await page.locator('main').count(), 0);
    await show(runs);
    assert.deepEqual(await page.locator('h2').allTextContents(), ['Training loss', 'Held-out loss: clinical', 'Learning rate']);
    assert.equal(await page.locator('canvas').count(), 3);
  });

  it('breaks no rule of its strict policy, and shows a run\'s name as text', async () => {
    await show(runs);
    assert.equal(await page.locator(loss('tr[data-run] th')).nth(1).textContent(), injection);
    assert.equal(await page.locator('img').count(), 0);
    await page.locator(loss('vscode-button')).click();
    assert.equal(await page.locator('virtual-table th').nth(2).textContent(), injection);
    assert.equal(await page.evaluate('window.injected'), undefined);
    assert.deepEqual(await violations(page), []);
  });

  it('says that nothing was measured, or no run is chosen, and asks the host to choose', async () => {
    await show([]);
    await page.getByText('No runs.').waitFor();
    await page.locator('[data-control="chooseRuns"]').click();
    assert.deepEqual(await page.evaluate('window.editor.posted.at(-1)'), { type: 'chooseRuns' });
  });

  it('says values at the cursor, moved by keys', async () => {
    await show(runs);
    const last = await values();
    await page.locator(loss('.plot')).focus();
    for (let press = 0; press < 30; press += 1) await page.keyboard.press('ArrowLeft');
    await page.waitForFunction(`document.querySelector('${loss('.value')}').textContent !== ${JSON.stringify(last[0])}`);
    assert.notDeepEqual(await values(), last);
  });

  it('zooms all charts by a drag in one, keeps that when new numbers come, and shows everything after a double click', async () => {
    await show(runs);
    const isOff = (): Promise<boolean> => page.evaluate('document.querySelector(`[data-control="resetZoom"]`).disabled');
    assert.equal(await isOff(), true);
    const box = (await page.locator(loss('.u-over')).boundingBox())!;
    await page.mouse.move(box.x + box.width * 0.2, box.y + 50);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width * 0.5, box.y + 60, { steps: 4 });
    await page.mouse.up();
    await page.waitForFunction(`!document.querySelector('[data-control="resetZoom"]').disabled`);
    await show([madeUpRun(0, 'renamed', 1100), ...runs.slice(1)]);
    await page.getByText('renamed').first().waitFor();
    assert.equal(await isOff(), false);
    await page.mouse.dblclick(box.x + 100, box.y + 50);
    await page.waitForFunction(`document.querySelector('[data-control="resetZoom"]').disabled`);
  });

  it('shows the data as a table of which only the rows in sight exist', async () => {
    await show(runs);
    await page.locator(loss('vscode-button')).click();
    const table = page.locator(loss('table[aria-rowcount]'));
    assert.equal(await table.getAttribute('aria-rowcount'), '1001');
    assert.ok(await table.locator('tbody tr').count() < 60);
    await page.evaluate(`{ const table = document.querySelector('virtual-table'); table.scrollTop = table.scrollHeight; }`);
    await table.locator('tr[aria-rowindex="1001"]').waitFor();
    assert.equal(await page.locator(loss('canvas')).count(), 0);
    await page.locator(loss('vscode-button')).click();
    await page.waitForSelector(loss('canvas'));
  });

  it('keeps how one looks at it over a reload, and what it shows for the host', async () => {
    await show(runs);
    await page.locator('[data-control="smoothing"]').focus();
    await page.keyboard.press('End');
    await page.locator('[data-control="logarithmic"]').click();
    await page.locator(`li[data-run="${runs[2]!.id}"] vscode-checkbox`).click();
    await page.waitForFunction(`document.querySelectorAll('${loss('tr[data-run]')}').length === 2`);
    await page.reload();
    await show(runs);
    assert.equal(await page.locator(loss('tr[data-run]')).count(), 2);
    const state = await page.evaluate<{ runIds: string[]; settings: { smoothing: number; logarithmic: boolean } }>('JSON.parse(sessionStorage.getItem("state"))');
    assert.deepEqual(state.runIds, runs.map((run) => run.id));
    assert.deepEqual([state.settings.smoothing, state.settings.logarithmic], [1, true]);
  });

  describe('of a run in which something went wrong', () => {
    const spike = { kind: 'loss-spike', metric: 'train/loss', step: 300, tokens: 30_000, elapsedMs: 15_000, message: `the loss jumped to 9 ${injection}`, documents: 'only: 3, 17' } as const;
    const wrong = { ...madeUpRun(0, 'spiky'), signatures: [
      { kind: 'rewarming-bump', metric: 'train/loss', step: 100, tokens: 10_000, elapsedMs: 5_000, message: 'the loss has stayed above 3' } as const, spike,
      { ...spike, kind: 'divergence', step: 310, tokens: 31_000, elapsedMs: 15_500, message: 'it stayed there' } as const,
      { kind: 'overfitting', metric: 'heldout/clinical/loss', step: 5, tokens: 500, elapsedMs: 250, message: 'the loss on held-out clinical is up', updates: { from: 1001, to: 1200 }, documents: 'only: 4 + 9' } as const,
    ] };
    const text = `Loss spike at step 300 of spiky: the loss jumped to 9 ${injection}. Documents of its batch: only: 3, 17.`;
    const mark = (name: string): string => loss(`.signature:has-text("${name}")`);

    it('marks each finding at its place in the chart of its metric, with its name', async () => {
      await show([wrong]);
      await page.waitForFunction(`document.querySelectorAll('${loss('.signature')}')[2]?.style.left`);
      const lefts = await page.evaluate<number[]>(`[...document.querySelectorAll('${loss('.signature')}')].map((one) => Number.parseFloat(one.style.left))`);
      const { x, width } = (await page.locator(loss('.u-over')).boundingBox())!;
      const frame = (await page.locator(loss('.frame')).boundingBox())!.x;
      const expected = [10_000, 30_000, 31_000].map((tokens) => x - frame + (width * (tokens - 100)) / 99_900);
      lefts.forEach((left, i) => { assert.ok(Math.abs(left - expected[i]!) < 2, `mark ${i} at ${left}, expected ${expected[i]}`); });
      for (const name of ['Re-warming, expected', 'Loss spike', 'Divergence']) assert.ok(await page.locator(mark(name)).locator('span').isVisible(), name);
      const held = page.locator('[data-metric="heldout/clinical/loss"] .signature');
      assert.equal(await held.innerText(), 'Overfitting');
      assert.match((await held.getAttribute('aria-label'))!, /Documents of updates 1\u202f001 to 1\u202f200: only: 4 \+ 9\./);
    });

    it('explains one as text when it is pointed at or reached by the Tab key', async () => {
      await show([wrong]);
      const finding = page.locator(loss('.finding'));
      assert.equal(await finding.textContent(), 'Findings: 3');
      await page.locator(`${mark('Loss spike')} svg`).hover();
      assert.equal(await finding.textContent(), text);
      await page.mouse.move(0, 0);
      await page.locator(loss('.plot')).focus();
      await page.keyboard.press('Tab');
      await page.keyboard.press('Tab');
      assert.equal(await finding.textContent(), text);
      assert.equal(await page.evaluate('document.activeElement.getAttribute("aria-label")'), text);
      assert.equal(await page.locator('img').count(), 0);
      assert.deepEqual(await violations(page), []);
    });

    it('lists them in the data table, and hides those of a hidden run or out of sight', async () => {
      await show([wrong, madeUpRun(1, 'calm')]);
      await page.locator(loss('vscode-button')).click();
      assert.deepEqual(await page.locator('virtual-table th').allTextContents(), ['Tokens', 'spiky', 'calm', 'Findings']);
      await page.evaluate(`{ const table = document.querySelector('virtual-table'); table.scrollTop = 299 / 1000 * table.scrollHeight; }`);
      await page.getByText('Loss spike at step 300').waitFor();
      await page.locator(loss('vscode-button')).click();
      await page.waitForSelector(loss('.signature'));
      await page.locator(`li[data-run="${wrong.id}"] vscode-checkbox`).click();
      await page.waitForFunction(`document.querySelectorAll('.signature').length === 0`);
    });

    for (const theme of ['dark', 'light', 'high-contrast'] as const satisfies readonly Theme[]) {
      it(`is drawn in the colours of a ${theme} theme`, async () => {
        await show([wrong, madeUpRun(1, 'calm')]);
        await setTheme(page, theme);
        await page.locator(`${mark('Loss spike')} svg`).hover();
        await page.screenshot({ path: path.join(pictures, `curves-findings-${theme}.png`) });
      });
    }
  });

  it('reaches every control by the Tab key', async () => {
    await show(runs.slice(0, 1));
    const reached = new Set<string>();
    for (let press = 0; press < 14; press += 1) {
      await page.keyboard.press('Tab');
      reached.add(await page.evaluate('(document.activeElement.dataset.control ?? document.activeElement.className) || document.activeElement.localName'));
    }
    for (const control of ['xAxis', 'smoothing', 'logarithmic', 'chooseRuns', 'plot', 'vscode-button']) assert.ok([...reached].some((one) => one.includes(control)), `${control} in ${[...reached].join(', ')}`);
  });

  for (const theme of ['dark', 'light', 'high-contrast'] as const satisfies readonly Theme[]) {
    it(`draws in the colours of a ${theme} theme`, async () => {
      await show([...runs, madeUpRun(3, 'cpt'), madeUpRun(4, 'long', 12_000)]);
      await setTheme(page, theme);
      await page.waitForFunction(`document.querySelector('canvas').getContext('2d').fillStyle !== ''`);
      await page.screenshot({ path: path.join(pictures, `curves-${theme}.png`) });
    });
  }
});
