// The results of a finished study: from the Evaluations view to a ladder, a grid, a pair and the text of one question.
import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import { tab } from './workbench/editor';
import { runCommand } from './workbench/palette';
import { takePictures } from './workbench/pictures';
import { panel } from './workbench/webview';
import { closeWindow, openFinishedWindow, reloadWindow } from './workbench/window';

describe('evaluation results in the workbench', () => {
  let page: Page;

  before(async function () {
    this.timeout(300_000);
    page = await openFinishedWindow();
  });
  after(() => closeWindow(page));

  it('stand below each other, each model under the one it was trained from', async () => {
    await runCommand(page, 'Preclinical: Open Evaluation Results');
    await panel(page).locator('tr[data-evaluation]').nth(8).waitFor();
    await panel(page).locator('tbody .line', { hasText: 'from its parent' }).first().waitFor();
    await takePictures(page, 'results-ladder');
  });

  it('are laid out in the grid of their study, and compared with paired tests', async () => {
    await panel(page).locator('#tab-grid').click();
    await panel(page).getByText('Clinical continued pretraining').waitFor();
    await panel(page).locator('#tab-compare').click();
    // The interval comes from the engine.
    await panel(page).locator('.pairs tbody td', { hasText: '…' }).first().waitFor();
    await takePictures(page, 'results-compare');
  });

  it('come down to the text of a question and its line in the file', async () => {
    await panel(page).locator('#tab-questions').click();
    await panel(page).locator('results-grid tbody tr').nth(2).click();
    assert.match(await panel(page).locator('.detail > pre').innerText(), /Answer:/);
    await takePictures(page, 'results-questions');
    await panel(page).locator('[data-control="openItem"]').first().click();
    await tab(page, /^samples_facts-text_/).waitFor();
  });

  it('are there again after the window is reloaded', async () => {
    await reloadWindow(page, /preclinical\.results.*"tab":"questions"/);
    await panel(page).locator('results-grid tbody tr').first().waitFor();
  });
});
