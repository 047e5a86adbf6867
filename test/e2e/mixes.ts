// A mix in its form: opened from the view, a share dragged while totals move, undone, built.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { FrameLocator, Locator, Page } from 'playwright-core';
import { modalButton } from './workbench/dialogs';
import { takePictures } from './workbench/pictures';
import { sampleWorkspace } from './workbench/sample';
import { rowAction, rowDescription, treeRow } from './workbench/tree';
import { panel } from './workbench/webview';
import { closeWindow, openWindow, reloadWindow, showViews } from './workbench/window';

describe('mixes in the workbench', () => {
  let workspace: string;
  let page: Page;
  const form = (): FrameLocator => panel(page);
  const row = (source: string): Locator => form().locator(`[data-source="${source}"]`);
  const tokens = (source: string): Locator => row(source).locator('[data-value="tokens"]');
  const text = (): string => readFileSync(path.join(workspace, 'mixes/clinical-cpt.mix.yaml'), 'utf8');

  before(async () => {
    workspace = await sampleWorkspace();
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
    assert.equal(text(), before);
  });

  it('are saved with their comments, and built from the view', async () => {
    const before = text();
    await row('reader').locator('input[type="range"]').focus();
    await page.keyboard.press('ArrowRight');
    await page.locator('.tabs-container .tab.active.dirty').waitFor();
    await page.keyboard.press('Control+S');
    await page.locator('.tabs-container .tab.active:not(.dirty)').waitFor();
    const comments = (all: string): string[] => all.match(/#.*$/gm) ?? [];
    assert.match(text(), /reader: \{ share: 0\.11 \}/);
    assert.deepEqual(comments(text()), comments(before));
    await rowAction(treeRow(page, 'clinical-cpt'), 'Build');
    await modalButton(page, 'Start').click();
    await rowDescription(treeRow(page, 'clinical-cpt')).filter({ hasText: /^built · \d+ tokens/ }).waitFor();
  });

  it('are there again as a form after a reload', async () => {
    await reloadWindow(page);
    await form().locator('[data-sizes="measured"]').waitFor();
    await form().locator('[data-action="build"][disabled]').waitFor();
  });
});
