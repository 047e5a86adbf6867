// Restricted Mode: a folder that is not trusted shows its files and runs, and nothing is started.
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import path from 'node:path';
import type { Page } from 'playwright-core';
import { lens, openFile } from './workbench/editor';
import { notification } from './workbench/dialogs';
import { pickRow, pickTitles, quickInput } from './workbench/palette';
import { takePictures } from './workbench/pictures';
import { sampleWorkspace } from './workbench/sample';
import { session } from './workbench/session';
import { treeRow } from './workbench/tree';
import { closeWindow, openWindow, showViews } from './workbench/window';

describe('an untrusted workspace', () => {
  let page: Page;
  let workspace: string;

  before(async () => {
    workspace = await sampleWorkspace();
    session().server.changeSettings({ 'security.workspace.trust.enabled': true, 'security.workspace.trust.startupPrompt': 'never' });
    page = await openWindow(workspace);
    session().server.changeSettings({});
  });
  after(() => closeWindow(page));

  it('shows its views and says what does not happen', async () => {
    await showViews(page);
    await page.locator('.part.sidebar .welcome-view-content', { hasText: 'while this workspace is not trusted' }).first().waitFor();
    await treeRow(page, 'clinical-cpt').waitFor();
    await openFile(page, 'runs/base.run.yaml');
    await takePictures(page, 'restricted');
  });

  it('offers no command that starts something', async () => {
    await page.keyboard.press('F1');
    // The list holds only the rows that are seen, so it is asked in two parts.
    const titles: string[] = [];
    for (const [typed, seen] of [['Preclinical: ', 'Preclinical: Open Loss Curves…'], ['Preclinical: S', 'Preclinical: Show Version']] as const) {
      await quickInput(page).fill(`>${typed}`);
      await pickRow(page, seen).waitFor();
      titles.push(...await pickTitles(page));
    }
    assert.deepEqual(titles.filter((title) => /^Preclinical: (Start|Create Sample|Evaluate|.*Experiment: )/.test(title)), []);
    await page.keyboard.press('Escape');
  });

  it('starts nothing from a lens either', async () => {
    await lens(page, 'Start').click();
    await notification(page, 'not trusted').waitFor();
    assert.equal(existsSync(path.join(workspace, '.preclinical')), false);
  });
});
