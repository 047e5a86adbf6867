// The built panel of a build's findings in Chromium under a scripted host: a page of rows at a time, texts as text, keys alone.
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import type { Browser, Page } from 'playwright-core';
import type { FindingsSnapshot, FindingsToHost, HostToFindings } from '../../src/protocol/panels/findings';
import { build, page as pageOf, rowsOf, snapshot } from './findings-snapshot';
import { launch, openPanel, setTheme, type Theme, violations } from './panel-page';

const pictures = path.join(process.env['PRECLINICAL_ROOT'] ?? process.cwd(), 'dist/test/pictures');
const injection = '<img src=x onerror="window.injected=1"> {0}';

describe('the panel of a build\'s findings', () => {
  let browser: Browser;
  let page: Page;
  const post = (message: HostToFindings): Promise<unknown> => page.evaluate(`window.postMessage(${JSON.stringify(message)})`);
  const posted = (): Promise<FindingsToHost[]> => page.evaluate('window.editor.posted');
  const show = async (change: Partial<FindingsSnapshot> = {}): Promise<void> => {
    await post(snapshot(change));
    await page.waitForSelector('main');
  };
  const openTab = (tab: string): Promise<void> => page.locator(`[data-tab="${tab}"]`).click();
  /** The page's policy forbids what waitForFunction does between two looks. */
  const until = async (holds: string): Promise<void> => {
    while (!await page.evaluate(holds)) await page.evaluate('new Promise((resolve) => { requestAnimationFrame(resolve); })');
  };
  const asked = (from: number): Promise<void> => until(`window.editor.posted.some((one) => one.type === 'page' && one.from === ${from})`);
  const list = () => page.locator('findings-list');

  before(async () => {
    mkdirSync(pictures, { recursive: true });
    browser = await launch();
  });
  after(() => browser.close());
  beforeEach(async () => {
    page = await openPanel(browser, 'findings');
    await setTheme(page, 'dark');
  });
  afterEach(async () => {
    assert.deepEqual(await violations(page), []);
    await page.close();
  });

  it('draws the funnel with every number in a table, and leads from a reason to its documents', async () => {
    await show();
    assert.match((await page.locator('svg.funnel').getAttribute('aria-label'))!, /^Documents: 63,440 of 90,000 are left/);
    assert.equal(await page.locator('[data-band]').count(), 2, 'held-out files of their own are no part of training');
    const filter = page.locator('tbody[data-source="notes"] tr[data-step="filter"]');
    assert.deepEqual((await filter.locator('td').allTextContents()).map((one) => one.replaceAll(/\s+/g, ' ').trim()), ['59,960', '56,660', '54 MB', '51 MB', '≈ 12,591,600', '≈ 11,898,600', '3,300', 'too-short 2,400 min-words 900']);
    await page.locator('[data-control="unit"]').click();
    await page.getByRole('option', { name: 'Bytes' }).click();
    await page.locator('svg.funnel[aria-label^="Bytes: 57.1 MB of 81 MB"]').waitFor();
    await filter.locator('[data-reason="min-words"]').click();
    await asked(0);
    assert.deepEqual((await posted()).at(-1), { type: 'page', list: 'dropped', filter: { source: 'notes', kind: 'min-words' }, from: 0 });
  });

  it('asks for the rows in sight only, of 100,000 as of ten', async () => {
    await show();
    await openTab('dropped');
    await asked(0);
    await post(pageOf('dropped', 0, 100_000));
    await list().locator('[data-row="0"] td').first().waitFor();
    assert.ok(await list().locator('tr[data-row]').count() < 80);
    assert.equal(await list().getAttribute('aria-rowcount'), '100001');
    await page.evaluate(`document.querySelector('findings-list').scrollTop = 26 * 50030`);
    await asked(50_000);
    await post(pageOf('dropped', 50_000, 100_000));
    await list().locator('[data-row="50040"] td').nth(2).filter({ hasText: 'notes.jsonl:50041' }).waitFor();
    assert.ok((await posted()).length < 8, 'nothing in between is asked for');
    await list().focus();
    await page.keyboard.press('End');
    await asked(99_900);
  });

  it('says why a document was dropped, opens it and compares it with the one that is kept', async () => {
    await show();
    await openTab('dropped');
    await asked(0);
    await post(pageOf('dropped', 0, 30));
    await list().locator('[data-row="1"]').click();
    assert.match((await page.locator('.detail dl').textContent())!.replaceAll(/\s+/g, ' '), /Filter – Rules of the source\..*min-words: measured 12, limit 50/);
    await page.keyboard.press('ArrowUp');
    await page.locator('.detail', { hasText: 'Kept instead: books books.jsonl:900000' }).waitFor();
    await page.locator('.detail [data-action="compare"]').click();
    const compared = (await posted()).at(-1)!;
    assert.ok(compared.type === 'compare' && compared.left.source === 'books' && compared.right.source === 'notes');
    await list().focus();
    await page.keyboard.press('Enter');
    const opened = (await posted()).at(-1)!;
    assert.ok(opened.type === 'open' && opened.document.position === 1 && opened.stretch === undefined);
  });

  it('shows samples before and after as text, what bears loss marked', async () => {
    await show();
    await openTab('samples');
    await asked(0);
    await post(pageOf('samples', 0, 4));
    await list().locator('[data-row="0"]').click();
    await until(`window.editor.posted.some((one) => one.type === 'texts')`);
    const sample = rowsOf.samples(0) as { source: string; position: number };
    await post({ type: 'texts', hash: build.hash, source: sample.source, position: sample.position, before: injection, after: `and ${injection}`, isCut: false });
    await page.locator('[data-text="after"] mark').waitFor();
    assert.equal(await page.locator('[data-text="before"]').textContent(), injection);
    assert.equal(await page.locator('mark').textContent(), '<img ');
    assert.equal(await page.locator('img').count(), 0);
    assert.equal(await page.evaluate('window.injected'), undefined);
  });

  it('says which clusters are not listed and what was not compared', async () => {
    await show({ build: { ...build, duplicates: { ...build.duplicates!, clusters: 31_000, listedClusters: 20_000, skippedPairs: 40 } } });
    await openTab('duplicates');
    assert.equal(await page.locator('[data-note="clusters"]').textContent(), 'The first 20,000 of 31,000 clusters are listed.');
    assert.equal(await page.locator('[data-note="skipped"]').textContent(), '40 documents in crowded buckets.');
  });

  it('leads from clusters, PHI and contamination to their places', async () => {
    await show();
    await openTab('duplicates');
    await asked(0);
    await post(pageOf('duplicates', 0, 3));
    await list().locator('[data-row="0"]').click();
    await page.locator('[data-member="1"] [data-action="compare"]').click();
    assert.equal((await posted()).at(-1)!.type, 'compare');
    await openTab('phi');
    await until(`window.editor.posted.some((one) => one.list === 'phi')`);
    await post(pageOf('phi', 0, 3));
    await list().locator('[data-row="0"]').click();
    await page.locator('[data-finding="name"]').click();
    const opened = (await posted()).at(-1)!;
    assert.ok(opened.type === 'open' && opened.stretch?.start === 30);
    await openTab('contamination');
    assert.match((await page.locator('[data-benchmark="medmcqa"]').textContent())!, /▲ not checked/);
    await until(`window.editor.posted.some((one) => one.list === 'contamination')`);
    await post(pageOf('contamination', 0, 3));
    await list().locator('[data-row="2"]').dblclick();
    const found = (await posted()).at(-1)!;
    assert.ok(found.type === 'open' && found.document.position === 3 && found.stretch?.end === 80);
  });

  it('keeps tab, filter and selection over a reload, moves between tabs by keys, and forgets what another build had', async () => {
    await show();
    await page.locator('[data-tab="funnel"]').focus();
    for (let press = 0; press < 2; press += 1) await page.keyboard.press('ArrowRight');
    await asked(0);
    await post(pageOf('dropped', 0, 30));
    await list().locator('[data-row="4"]').click();
    await page.reload();
    await setTheme(page, 'dark');
    await show();
    await asked(0);
    await post(pageOf('dropped', 0, 30));
    await list().locator('[data-row="4"][aria-selected="true"]').waitFor();
    await show({ build: { ...build, hash: 'ba9876543210', isCurrent: false } });
    await until(`window.editor.posted.filter((one) => one.type === 'page').length === 2`);
    await post(pageOf('dropped', 0, 30));
    assert.equal(await list().locator('td').count(), 0, 'a late page of the build before');
    await page.locator('[data-command="build"]').click();
    assert.deepEqual((await posted()).at(-1), { type: 'command', command: 'build' });
  });

  it('says that nothing is built, and that a build of an earlier version has no findings', async () => {
    await page.evaluate(`window.postMessage(${JSON.stringify({ ...snapshot(), build: undefined })})`);
    await page.getByText('Nothing is built of this mix.').waitFor();
    await show({ build: { ...build, funnel: [], name: injection } });
    await page.getByText('Build again.').waitFor();
    assert.equal(await page.locator('img').count(), 0);
  });

  for (const theme of ['dark', 'light', 'high-contrast'] satisfies Theme[]) {
    it(`can be seen in a ${theme} theme`, async () => {
      await setTheme(page, theme);
      await show();
      await page.locator('[data-band]').first().waitFor();
      await page.screenshot({ path: path.join(pictures, `findings-funnel-${theme}.png`) });
      for (const tab of ['dropped', 'duplicates', 'contamination', 'samples'] as const) {
        await openTab(tab);
        await until(`window.editor.posted.some((one) => one.list === '${tab}')`);
        await post(pageOf(tab, 0, 300));
        await list().locator('[data-row="0"]').click();
        if (tab === 'samples') await post({ type: 'texts', hash: build.hash, source: 'notes', position: 1, before: 'Seen on 03/04/2019 by Dr Smith for chest pain.', after: 'Seen on [date] by [name] for chest pain.', isCut: true });
        await page.locator('.detail h2').waitFor();
        await page.screenshot({ path: path.join(pictures, `findings-${tab}-${theme}.png`) });
      }
    });
  }
});
