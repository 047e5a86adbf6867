// Creating the sample workspace from the palette of a window on an empty folder.
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync } from 'node:fs';
import path from 'node:path';
import type { Page } from 'playwright-core';
import { notification, notificationButton } from './workbench/dialogs';
import { acceptFolder, pickRow, runCommand } from './workbench/palette';
import { takePicture, takePictures } from './workbench/pictures';
import { session } from './workbench/session';
import { closeWindow, openWindow, showViews } from './workbench/window';

describe('the sample workspace', () => {
  let page: Page;
  let folder: string;

  before(async () => {
    folder = mkdtempSync(path.join(session().folder, 'empty-'));
    page = await openWindow(folder);
  });
  after(() => closeWindow(page));

  it('is what an empty workspace is led to', async () => {
    await showViews(page);
    await page.locator('.part.sidebar .welcome-view-content', { hasText: 'Nothing has run here yet' }).waitFor();
    await takePictures(page, 'welcome');
  });

  it('is created from the palette, with one question for the folder and one for the size', async () => {
    await runCommand(page, 'Preclinical: Create Sample Workspace…');
    await acceptFolder(page, folder, 'Write It Here');
    await pickRow(page, 'Tiny').waitFor();
    await takePicture(page, 'sample-size-dark');
    await pickRow(page, 'Tiny').click();
    await notificationButton(page, 'The sample workspace is in', 'Start Study').waitFor();
    assert.ok(existsSync(path.join(folder, 'sample.study.yaml')));
    await notification(page, 'The sample workspace is in').locator('.codicon-notifications-clear').click();
  });
});
