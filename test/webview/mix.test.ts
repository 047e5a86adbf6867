// The built form of a mix under a scripted host: what a user sees and does.
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import type { Browser, Locator, Page } from 'playwright-core';
import { withEdit } from '../../src/documents/mix/amounts/edit';
import type { FormMix, MixFormSnapshot, MixFormToHost } from '../../src/protocol/panels/mix';
import { blend, sizes, snapshot } from './mix-snapshot';
import { launch, openPanel, setTheme, type Theme, violations } from './panel-page';

const pictures = path.join(process.env['PRECLINICAL_ROOT'] ?? process.cwd(), 'dist/test/pictures');
const injection = '<img src=x onerror="window.injected=1">';

describe('the form of a mix', () => {
  let browser: Browser;
  let page: Page;
  const show = async (change: Partial<MixFormSnapshot> = {}): Promise<void> => {
    await page.evaluate(`window.postMessage(${JSON.stringify(snapshot(change))})`);
    await page.waitForSelector('main');
  };
  const row = (source: string, stage = 'blend'): Locator => page.locator(`[data-stage="${stage}"] [data-source="${source}"]`);
  const value = (source: string, what: string, stage?: string): Promise<string | null> => row(source, stage).locator(`[data-value="${what}"]`).textContent();
  const slider = (source: string, stage?: string): Locator => row(source, stage).locator('input[type="range"]');
  const posted = (): Promise<MixFormToHost[]> => page.evaluate('window.editor.posted');
  const lastEdit = async (): Promise<Extract<MixFormToHost, { type: 'edit' }>> => (await posted()).filter((message) => message.type === 'edit').at(-1)!;
  /** What the host does with an edit: the text has it, and a snapshot comes. */
  const answer = async (mix: FormMix = blend): Promise<FormMix> => {
    const { number, edit } = await lastEdit();
    const after = withEdit(mix, edit);
    await show({ mix: after, edits: number, unsaved: true });
    return after;
  };

  before(async () => {
    mkdirSync(pictures, { recursive: true });
    browser = await launch();
  });
  after(() => browser.close());
  beforeEach(async () => {
    page = await openPanel(browser, 'mix');
    await setTheme(page, 'dark');
  });
  afterEach(() => page.close());

  it('says ready, then shows every source of every stage with tokens, share and epochs', async () => {
    assert.deepEqual(await posted(), [{ type: 'ready' }]);
    await show();
    assert.deepEqual(await page.locator('h2').allTextContents(), ['Stage blend', 'Stage anneal', 'Sources']);
    assert.deepEqual([await value('passages', 'tokens'), await value('passages', 'share'), await value('passages', 'epochs')], ['600,000', '60%', '2.29']);
    assert.equal(await value('passages', 'tokens', 'anneal'), '393,000');
    assert.equal(await page.locator('[data-stage="anneal"] [data-value="total"]').textContent(), '433,000');
    assert.match((await row('notes').textContent())!, /clinical · target · licence not stated · de-identified · never leaves this machine/);
    assert.match((await page.locator('[data-stage="anneal"]').textContent())!, /Not in this stage: Add stories/);
  });

  it('moves totals while a slider is dragged, and asks for one edit when it is let go', async () => {
    await show();
    const box = (await slider('stories').boundingBox())!;
    await page.mouse.move(box.x + box.width * 0.2, box.y + box.height / 2);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width * 0.5, box.y + box.height / 2, { steps: 5 });
    await page.waitForFunction(`document.querySelector('[data-stage="blend"] [data-source="stories"] [data-value="tokens"]').textContent !== '200,000'`);
    assert.equal((await posted()).length, 1, 'nothing is asked for while the slider is held');
    const held = Number(await slider('stories').inputValue());
    assert.ok(held > 0.4 && held < 0.6, String(held));
    assert.equal(await value('stories', 'tokens'), Math.round(held * 1_000_000).toLocaleString('en-US'));
    await page.mouse.up();
    const { number, edit } = await lastEdit();
    assert.equal(number, 1);
    assert.ok('amounts' in edit && edit.amounts);
    const shares = Object.values(edit.amounts).map((amount) => ('share' in amount ? amount.share : 0));
    assert.equal(Math.round(shares.reduce((a, b) => a + b, 0) * 1e4), 1e4, 'the others gave way');
    assert.ok(Math.abs(shares[0]! / shares[1]! - 3) < 0.01, 'in proportion');
    const mix = await answer();
    assert.equal(await value('stories', 'share'), `${Math.round(held * 100)}%`);
    // Undo in the editor: the text is as it was, and so is the form.
    await show({ mix: blend, edits: number });
    assert.equal(await value('stories', 'tokens'), '200,000');
    assert.notDeepEqual(mix, blend);
  });

  it('does not jump back when a snapshot from before the edit comes late', async () => {
    await show();
    await slider('stories').focus();
    await page.keyboard.press('ArrowRight');
    await page.waitForFunction('window.editor.posted.length === 2');
    await show({ edits: 0, sizes: { ...sizes, state: 'measuring' } });
    assert.equal(await value('stories', 'share'), '21%');
    await answer();
    assert.equal(await value('stories', 'share'), '21%');
  });

  it('is worked with keys alone', async () => {
    await show();
    await slider('passages', 'anneal').focus();
    for (let press = 0; press < 3; press += 1) await page.keyboard.press('ArrowLeft');
    assert.deepEqual((await lastEdit()).edit, { stage: 1, amounts: { passages: { epochs: 1.47 } } });
    await page.keyboard.press('Tab');
    await page.keyboard.press('Control+A');
    await page.keyboard.type('2.5');
    await page.keyboard.press('Enter');
    assert.deepEqual((await lastEdit()).edit, { stage: 1, amounts: { passages: { epochs: 2.5 } } });
    assert.equal((await lastEdit()).number, 4, 'each press is an edit of its own');
  });

  it('hands undo and redo to the host, behind the edits it has asked for, and keeps the focus when its control goes', async () => {
    await show();
    await page.locator('[data-mix-source="stories"] [data-action="removeSource"]').click();
    await page.keyboard.press('Control+Z');
    await page.keyboard.press('Control+Shift+Z');
    await page.keyboard.press('Control+Y');
    await page.keyboard.press('Meta+Z');
    assert.deepEqual((await posted()).slice(-5).map((message) => (message.type === 'history' ? message.step : message.type)), ['edit', 'undo', 'redo', 'redo', 'undo']);
    assert.equal(await page.evaluate('document.activeElement.dataset.action'), 'addSource');
  });

  it('leaves the other shares alone when told to, says what the sum is, and mends it', async () => {
    await show();
    await page.locator('[data-control="keepSum"]').click();
    await slider('notes').focus();
    await page.keyboard.press('ArrowRight');
    assert.deepEqual((await lastEdit()).edit, { stage: 0, amounts: { notes: { share: 0.21 } } });
    const mix = await answer();
    await page.getByText('The shares sum to 1.01 instead of 1.').waitFor();
    await page.locator('[data-action="makeSum"]').click();
    const after = withEdit(mix, (await lastEdit()).edit);
    assert.equal(Object.values(after.stages[0]!.sources).reduce((sum, amount) => sum + Math.round(('share' in amount ? amount.share : 0) * 1e4), 0), 1e4);
    await page.reload();
    await show();
    await slider('notes').focus();
    await page.keyboard.press('ArrowRight');
    assert.deepEqual((await lastEdit()).edit, { stage: 0, amounts: { notes: { share: 0.21 } } }, 'what was told is kept over a reload');
  });

  it('says at once what is not feasible, and applies the largest mix that is', async () => {
    await show();
    assert.equal(await page.locator('[data-stage="blend"] [data-verdict]').getAttribute('data-verdict'), 'good');
    await page.locator('[data-stage="blend"] header input[type="number"]').fill('5000000');
    await page.keyboard.press('Enter');
    await answer();
    const verdict = page.locator('[data-stage="blend"] [data-verdict]');
    assert.equal(await verdict.getAttribute('data-verdict'), 'bad');
    assert.match((await verdict.textContent())!, /passages would be repeated 11\.45 times; the cap is 4\..*notes would be repeated 12\.50 times/);
    await page.locator('[data-action="applyLargest"]').click();
    // 4 × 80,000 tokens of notes are a fifth of it.
    assert.deepEqual((await lastEdit()).edit, { stage: 0, tokens: 1_600_000, amounts: {} });
    await answer();
    assert.equal(await verdict.getAttribute('data-verdict'), 'good');
    await page.locator('[data-control="repeatCap"]').fill('1');
    await page.keyboard.press('Enter');
    assert.deepEqual((await lastEdit()).edit, { repeatCap: 1 });
    assert.equal(await verdict.getAttribute('data-verdict'), 'bad');
  });

  it('takes sources and stages out and puts them in, the shares summing to 1', async () => {
    await show({ build: { hash: '0123456789ab', isCurrent: false, bySource: { passages: { read: 6000, kept: 5200 } } } });
    assert.equal(await page.locator('[data-mix-source="passages"] [data-value="kept"]').textContent(), '5,200 of 6,000 documents (86.67%)');
    await page.locator('[data-action="openFindings"]').click();
    assert.deepEqual((await posted()).at(-1), { type: 'openFindings' });
    await page.getByRole('button', { name: 'Preview notes', exact: true }).click();
    assert.deepEqual((await posted()).at(-1), { type: 'preview', source: 'notes' });
    await page.locator('[data-stage="blend"] [data-source="notes"] [data-action="takeOut"]').click();
    assert.deepEqual((await lastEdit()).edit, { stage: 0, amounts: { passages: { share: 0.75 }, stories: { share: 0.25 } }, without: ['notes'] });
    let mix = await answer();
    assert.equal(await page.locator('[data-stage="blend"] [data-source="notes"]').count(), 0);
    await page.locator('[data-stage="blend"] [data-put="notes"]').click();
    assert.deepEqual((await lastEdit()).edit, { stage: 0, amounts: { passages: { share: 0.5 }, stories: { share: 0.1667 }, notes: { share: 0.3333 } } });
    mix = await answer(mix);
    await page.locator('[data-action="addStage"]').focus();
    await page.keyboard.press('Enter');
    assert.deepEqual((await lastEdit()).edit, { addStage: { name: 'stage-3', sources: { passages: { epochs: 1.5 }, notes: { epochs: 0.5 } } } });
    await page.locator('[data-stage="stage-3"]').waitFor();
    mix = await answer(mix);
    await page.locator('[data-stage="anneal"] [data-action="removeStage"]').click();
    assert.deepEqual((await lastEdit()).edit, { removeStage: 1 });
    mix = await answer(mix);
    await page.locator('[data-mix-source="stories"] [data-action="removeSource"]').click();
    assert.deepEqual((await lastEdit()).edit, { removeSource: 'stories' });
    mix = await answer(mix);
    assert.deepEqual(mix.stages[0]!.sources, { passages: { share: 0.6 }, notes: { share: 0.4 } });
    await page.locator('[data-action="addSource"]').click();
    assert.deepEqual((await posted()).at(-1), { type: 'addSource' });
  });

  it('never empties a stage or the mix', async () => {
    await show({ mix: { ...blend, stages: [{ name: 'only', tokens: 9, sources: { passages: { share: 1 } } }] } });
    assert.equal(await page.locator('[data-action="removeStage"]').count(), 0);
    for (const button of ['[data-source="passages"] [data-action="takeOut"]', '[data-mix-source="passages"] [data-action="removeSource"]']) assert.ok(await page.locator(`${button}[disabled]`).count() > 0, button);
    assert.equal(await page.locator('[data-mix-source="notes"] [data-action="removeSource"][disabled]').count(), 0);
  });

  it('works while sizes are not known, and says why they are not', async () => {
    await show({ sizes: { state: 'failed', bySource: {}, words: `demo.mix.yaml:4: sources.a.path: there is no such file ${injection}` } });
    assert.deepEqual([await value('passages', 'tokens'), await value('passages', 'epochs'), await value('passages', 'available')], ['600,000', '–', '–']);
    assert.match((await page.locator('.words').textContent())!, /no such file <img/);
    await page.locator('[data-action="measure"]').click();
    assert.deepEqual((await posted()).at(-1), { type: 'measure' });
    assert.deepEqual(await violations(page), []);
  });

  it('shows problems with their lines instead of the form when the text is no mix', async () => {
    await page.evaluate(`window.postMessage(${JSON.stringify({ ...snapshot({ problems: [{ message: `bad ${injection}`, line: 7, next: 'Mend it.' }] }), mix: undefined })})`);
    await page.getByText('Line 7').first().waitFor();
    assert.equal(await page.locator('input').count(), 0);
    await page.locator('[data-action="openLine"]').click();
    assert.deepEqual((await posted()).at(-1), { type: 'openText', line: 7 });
    assert.equal(await page.evaluate('window.injected'), undefined);
  });

  it('shows names and facts of the file as text, and breaks no rule of its strict policy', async () => {
    const mix: FormMix = { ...blend, name: injection, description: injection, sources: [{ ...blend.sources[0]!, name: injection, licence: injection }], stages: [{ name: 'blend', sources: { [injection]: { tokens: 5000 } } }] };
    await show({ mix, sizes: { ...sizes, bySource: { [injection]: sizes.bySource['notes']! } } });
    assert.equal(await page.locator('[data-stage] .source .name').textContent(), injection);
    assert.match((await page.locator('.bar text').textContent())!, /^<img/);
    assert.equal(await page.locator('img').count(), 0);
    assert.equal(await page.evaluate('window.injected'), undefined);
    assert.deepEqual(await violations(page), []);
  });

  it('asks to be built, and not again when it is', async () => {
    await show();
    await page.locator('[data-action="build"]').click();
    assert.deepEqual((await posted()).at(-1), { type: 'build' });
    await show({ sizes: { ...sizes, built: true } });
    await page.waitForFunction(`document.querySelector('[data-action="build"]').disabled`);
    await show({ sizes: { ...sizes, built: true }, unsaved: true });
    await page.waitForFunction(`!document.querySelector('[data-action="build"]').disabled`);
  });

  for (const theme of ['dark', 'light', 'high-contrast'] satisfies Theme[]) {
    it(`can be seen in a ${theme} theme`, async () => {
      await setTheme(page, theme);
      await show({ mix: { ...blend, stages: [blend.stages[0]!, { name: 'anneal', sources: { passages: { epochs: 5 }, notes: { epochs: 0.5 } } }] } });
      const fills = await page.evaluate<string[]>(`[...document.querySelectorAll('.bar pattern rect')].map((one) => getComputedStyle(one).fill)`);
      assert.equal(new Set(fills.slice(0, 3)).size, 3, 'each source of a stage has a colour of its own');
      await page.screenshot({ path: path.join(pictures, `mix-${theme}.png`) });
    });
  }
});
