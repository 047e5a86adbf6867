// A mix in its form: opened from the view, a share dragged while totals move, undone, a source added, built; what the build dropped
// is looked at and followed to its text.
import assert from 'node:assert/strict';
import { appendFileSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { FrameLocator, Locator, Page } from 'playwright-core';
import { modalButton } from './workbench/dialogs';
import { shownLine, tab } from './workbench/editor';
import { pickRow } from './workbench/palette';
import { takePictures } from './workbench/pictures';
import { fileWhere, sampleWorkspace } from './workbench/sample';
import { rowAction, rowDescription, treeRow } from './workbench/tree';
import { panel } from './workbench/webview';
import { closeWindow, openWindow, reloadWindow, showViews } from './workbench/window';

/** Of the document that is in its source a second time. */
const twice = 'passage-again';

describe('mixes in the workbench', () => {
  let workspace: string;
  let page: Page;
  const form = (): FrameLocator => panel(page);
  const row = (source: string): Locator => form().locator(`[data-source="${source}"]`);
  const tokens = (source: string): Locator => row(source).locator('[data-value="tokens"]');
  const file = (): string => path.join(workspace, 'mixes/clinical-cpt.mix.yaml');
  const text = (): string => readFileSync(file(), 'utf8');

  before(async () => {
    workspace = await sampleWorkspace();
    const passages = path.join(workspace, 'data/clinical/passages.jsonl');
    const [first] = readFileSync(passages, 'utf8').split('\n');
    appendFileSync(passages, `${JSON.stringify({ ...JSON.parse(first!) as object, id: twice })}\n`);
    page = await openWindow(workspace);
    await showViews(page);
  });
  after(() => closeWindow(page));

  it('are listed, and open as a form with the sizes of their sources', async () => {
    await rowDescription(treeRow(page, 'clinical-cpt')).filter({ hasText: /^never built$/ }).waitFor();
    await treeRow(page, 'clinical-cpt').click();
    await form().locator('[data-sizes="measured"]').waitFor();
    assert.match((await row('passages').textContent())!, /clinical · target · MIT · no PHI/);
    await takePictures(page, 'mix-form');
  });

  it('move their totals while a slider is dragged, and take one drag back with one undo', async () => {
    const before = text();
    const was = (await tokens('reader').textContent())!;
    const slider = row('reader').locator('input[type="range"]');
    const box = (await slider.boundingBox())!;
    await page.mouse.move(box.x + box.width * 0.1, box.y + box.height / 2);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width * 0.4, box.y + box.height / 2, { steps: 6 });
    await tokens('reader').filter({ hasNotText: was }).waitFor();
    await page.mouse.up();
    await page.locator('.tabs-container .tab.active.dirty').waitFor();
    await page.keyboard.press('Control+Z');
    await tokens('reader').filter({ hasText: was }).waitFor();
    await page.locator('.tabs-container .tab.active:not(.dirty)').waitFor();
    await fileWhere(file(), before);
  });

  it('take back three changes, and make them again, as fast as keys come', async () => {
    const before = text();
    const was = (await tokens('reader').textContent())!;
    const cap = form().locator('[data-control="repeatCap"]');
    const capWas = await cap.inputValue();
    const changed = async (): Promise<void> => {
      await row('further-stories').waitFor({ state: 'detached' });
      await tokens('reader').filter({ hasNotText: was }).waitFor();
      await fileWhere(file(), /^repeatCap: 7$/m);
    };
    await row('reader').locator('input[type="range"]').focus();
    await page.keyboard.press('ArrowRight');
    await row('further-stories').locator('[data-action="takeOut"]').click();
    await cap.fill('7');
    await cap.press('Enter');
    await changed();
    const after = text();
    for (const key of ['Control+Z', 'Control+Shift+Z', 'Control+Z']) {
      for (let press = 0; press < 3; press += 1) await page.keyboard.press(key);
      if (key === 'Control+Shift+Z') {
        await changed();
        await fileWhere(file(), after);
        continue;
      }
      await row('further-stories').waitFor();
      await tokens('reader').filter({ hasText: was }).waitFor();
      await page.locator('.tabs-container .tab.active:not(.dirty)').waitFor();
      await fileWhere(file(), before);
      assert.equal(await cap.inputValue(), capWas);
    }
  });

  it('are saved with their comments, and built from the view', async () => {
    const before = text();
    await row('reader').locator('input[type="range"]').focus();
    await page.keyboard.press('ArrowRight');
    await page.locator('.tabs-container .tab.active.dirty').waitFor();
    await page.keyboard.press('Control+S');
    await page.locator('.tabs-container .tab.active:not(.dirty)').waitFor();
    const comments = (all: string): string[] => all.match(/#.*$/gm) ?? [];
    await fileWhere(file(), /reader: \{ share: 0\.11 \}/);
    assert.deepEqual(comments(text()), comments(before));
    await rowAction(treeRow(page, 'clinical-cpt'), 'Build');
    await modalButton(page, 'Start').click();
    await rowDescription(treeRow(page, 'clinical-cpt')).filter({ hasText: /^built · \d+ tokens/ }).waitFor();
  });

  it('are there again as a form after a reload', async () => {
    await reloadWindow(page, /preclinical\.mixForm.*clinical-cpt\.mix\.yaml/);
    await form().locator('[data-sizes="measured"]').waitFor();
    await form().locator('[data-action="build"][disabled]').waitFor();
  });

  it('get a source from the form, put it into the stage, and lose it again', async () => {
    await form().locator('[data-action="addSource"]').click();
    await pickRow(page, 'replay-stories.txt').click();
    await pickRow(page, 'general').click();
    await pickRow(page, 'replay').click();
    await form().locator('[data-put="replay-stories"]').click();
    await row('replay-stories').waitFor();
    await takePictures(page, 'mix-form-source');
    await form().locator('[data-mix-source="replay-stories"] [data-action="removeSource"]').click();
    await row('replay-stories').waitFor({ state: 'detached' });
    await fileWhere(file(), /^(?![^]*replay-stories)/); // saved by itself, a moment after the last change
  });

  it('lead from a build to what it dropped, and from there to the text', async () => {
    await form().locator('[data-action="openFindings"]').click();
    await tab(page, 'Findings: clinical-cpt').waitFor();
    await panel(page).locator('[data-band="passages"]').waitFor();
    await takePictures(page, 'findings-funnel');
    await panel(page).locator('tbody[data-source="passages"] [data-reason="duplicate"]').click();
    await panel(page).locator('findings-list td', { hasText: twice }).first().click();
    await panel(page).locator('.detail', { hasText: 'passage-1' }).waitFor();
    await takePictures(page, 'findings-dropped');
    await panel(page).locator('[data-tab="samples"]').click();
    await panel(page).locator('findings-list [data-row="0"]').click();
    await panel(page).locator('[data-text="before"]').waitFor();
    await takePictures(page, 'findings-samples');
    await panel(page).locator('[data-tab="dropped"]').click();
    await panel(page).locator('.detail [data-action="open"]').click();
    await tab(page, 'passages.jsonl').waitFor();
    await shownLine(page, twice).waitFor();
    await page.keyboard.press('Control+W');
  });

  it('have their findings again after a reload', async () => {
    await reloadWindow(page, /preclinical\.findings.*"tab":"dropped".*"selected":/);
    await panel(page).locator('findings-list tr[aria-selected="true"]').waitFor();
  });
});
