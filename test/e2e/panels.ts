// The panels of a workspace whose sample study is done: loss curves with their data table, and the report.
import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import { tab } from './workbench/editor';
import { pickRow, quickInput, runCommand } from './workbench/palette';
import { takePictures } from './workbench/pictures';
import { rowAction, treeRow } from './workbench/tree';
import { panel } from './workbench/webview';
import { closeWindow, openFinishedWindow, reloadWindow } from './workbench/window';

describe('panels in the workbench', () => {
  let page: Page;

  before(async function () {
    this.timeout(300_000);
    page = await openFinishedWindow();
  });
  after(() => closeWindow(page));

  it('show a study as the tree of its steps', async () => {
    await treeRow(page, 'sample').locator('.monaco-tl-twistie').click();
    await treeRow(page, 'mix-clinical').waitFor();
    await takePictures(page, 'study');
  });

  it('draw the loss curves of several runs, with every value in a table', async () => {
    await runCommand(page, 'Preclinical: Open Loss Curves…');
    // The two continued pretrainings, by the files they came from.
    await quickInput(page).fill('runs/cpt-');
    await pickRow(page, 'base-instruct').waitFor({ state: 'detached' });
    for (const file of ['cpt-general', 'cpt-clinical']) await pickRow(page, file).click();
    await page.locator('.quick-input-widget .quick-input-count', { hasText: '2' }).waitFor();
    await page.keyboard.press('Enter');
    await panel(page).locator('[data-metric="train/loss"] canvas').waitFor();
    await takePictures(page, 'curves');
    await panel(page).locator('[data-metric="train/loss"] vscode-button').first().click();
    const table = panel(page).locator('[data-metric="train/loss"] virtual-table');
    await table.locator('td').first().waitFor();
    assert.match((await table.locator('tr').nth(1).innerText()).replaceAll(/\s+/g, ' '), /\d/);
  });

  it('are there again after the window is reloaded', async () => {
    await reloadWindow(page, /preclinical\.curves.*"tables":\["train\/loss"\]/);
    await panel(page).locator('[data-metric="train/loss"] virtual-table td').first().waitFor();
  });

  it('show the report of a study', async () => {
    await rowAction(treeRow(page, 'sample'), 'Open Report');
    await tab(page, 'Report: sample').waitFor();
    await panel(page).locator('table').first().waitFor();
    await panel(page).getByText('Clinical continued pretraining').first().waitFor();
    await takePictures(page, 'report');
  });
});
