// A checkpoint is evaluated from the palette, the view and a run's menu; results that lm-evaluation-harness wrote are taken in.
import assert from 'node:assert/strict';
import { cpSync, readdirSync } from 'node:fs';
import path from 'node:path';
import type { Page } from 'playwright-core';
import { acceptFolder, pickRow, pickTitles, quickInput, runCommand } from './workbench/palette';
import { takePicture, takePictures } from './workbench/pictures';
import { finishedWorkspace } from './workbench/sample';
import { rowDescription, rowMenu, treeRow, viewAction } from './workbench/tree';
import { panel } from './workbench/webview';
import { closeWindow, openWindow, showViews } from './workbench/window';

describe('evaluating in the workbench', () => {
  let workspace: string;
  let page: Page;

  before(async function () {
    this.timeout(300_000);
    workspace = await finishedWorkspace();
    page = await openWindow(workspace);
    await showViews(page);
    await treeRow(page, 'sample').waitFor();
  });
  after(() => closeWindow(page));

  it('is started from the palette: the run, its tasks, the settings', async () => {
    await runCommand(page, 'Preclinical: Evaluate…');
    await pickRow(page, 'clinical-instruct').click();
    await pickRow(page, 'Known tasks').waitFor();
    await takePicture(page, 'evaluate-tasks-dark');
    await pickRow(page, 'facts-letter.yaml').click();
    await page.keyboard.press('Enter');
    await pickRow(page, 'Questions of each task').click();
    await quickInput(page).fill('5');
    await page.keyboard.press('Enter');
    await pickRow(page, 'the first 5').waitFor();
    assert.equal((await pickTitles(page))[0], 'Start');
    await takePicture(page, 'evaluate-settings-dark');
    await pickRow(page, 'Start').click();
    await rowDescription(page.locator('.part.sidebar .monaco-list-row')).filter({ hasText: /^facts-letter acc .* · first 5$/ }).waitFor();
    await takePictures(page, 'evaluated');
  });

  it('is offered by the view and by the menu of a run', async () => {
    await viewAction(page, 'Evaluations', 'Evaluate…');
    await pickRow(page, 'clinical-instruct').waitFor();
    await page.keyboard.press('Escape');
    await treeRow(page, 'sample').locator('.monaco-tl-twistie').click();
    await rowMenu(page, treeRow(page, 'clinical'), 'Evaluate…');
    await pickRow(page, 'facts-letter.yaml').waitFor();
    await page.keyboard.press('Escape');
  });

  it('takes in a folder that lm-evaluation-harness wrote, and shows it beside the others', async () => {
    const runs = path.join(workspace, '.preclinical/runs');
    const scored = readdirSync(runs).find((id) => id.includes('evaluate-base-instruct'))!;
    const folder = path.join(workspace, 'from-the-harness');
    cpSync(path.join(runs, scored, 'results'), folder, { recursive: true });
    await runCommand(page, 'Preclinical: Import Results of lm-evaluation-harness…');
    await pickRow(page, 'from-the-harness').click();
    await acceptFolder(page, folder, 'Import');
    await panel(page).locator('tr[data-evaluation]').first().waitFor();
    assert.equal(await panel(page).locator('tr[data-evaluation]').count(), 1);
    await takePictures(page, 'imported');
  });
});
