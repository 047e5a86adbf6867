// Windows of the workbench: opened on a folder in a fresh profile, reloaded, closed. What the page complains of fails the test.
import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import { storedInSight } from '../../rig/stored-editors.mjs';
import { openWorkbench } from '../../rig/workbench.mjs';
import { finishedWorkspace } from './sample';
import { session } from './session';
import { treeRow } from './tree';

/** Errors of the extension and of its pages; a workbench without a web front of its own complains of much else. */
const ours = /preclinical\.preclinical|Content Security Policy/;
const open = new Map<Page, string[]>();

export async function openWindow(folder?: string): Promise<Page> {
  const complaints: string[] = [];
  const page = await openWorkbench(session().browser, session().server, {
    ...(folder === undefined ? {} : { folder }),
    onPage: (opened) => {
      opened.setDefaultTimeout(90_000);
      opened.on('pageerror', (error) => { complaints.push(error.stack ?? error.message); });
      opened.on('console', (message) => {
        if (message.type() === 'error' && ours.test(message.text() + message.location().url)) complaints.push(message.text());
      });
    },
  });
  open.set(page, complaints);
  await extensionIsThere(page);
  return page;
}

/** A window on a copy of the sample workspace whose study is done, its run shown; the first makes the study, which takes half a minute. */
export async function openFinishedWindow(): Promise<Page> {
  const page = await openWindow(await finishedWorkspace());
  await showViews(page);
  await treeRow(page, 'sample').waitFor();
  return page;
}

/** Its place in the activity bar is there as soon as the window knows what the extension contributes. */
async function extensionIsThere(page: Page): Promise<void> {
  await activityItem(page).waitFor();
}

function activityItem(page: Page) {
  return page.locator('.part.activitybar .action-item:has(.action-label[aria-label^="Preclinical"])');
}

/** Opens the side bar with Preclinical's views. */
export async function showViews(page: Page): Promise<void> {
  await activityItem(page).click();
  // Else its tooltip comes up over the views.
  const { width, height } = page.viewportSize()!;
  await page.mouse.move(width / 2, height / 2);
  await page.locator('.part.sidebar .composite.title', { hasText: /Preclinical/i }).waitFor();
}

/**
 * What a user does with Reload Window. A page that goes may not store anything any more, so a test first waits until an
 * editor that will be in sight is stored as `shown` says.
 */
export async function reloadWindow(page: Page, shown?: RegExp): Promise<void> {
  if (shown) await page.evaluate(storedInSight, shown.source);
  await page.reload({ waitUntil: 'commit' });
  await page.waitForSelector('.monaco-workbench .part.statusbar');
  await extensionIsThere(page);
}

/** Fails when the page had errors, such as a webview's breach of its own content policy. */
export async function closeWindow(page: Page | undefined): Promise<void> {
  if (!page) return;
  const complaints = open.get(page);
  open.delete(page);
  await page.context().close();
  assert.deepEqual(complaints, []);
}

/** Windows that are open, for a picture of what a failed test saw. */
export function openWindows(): readonly Page[] {
  return [...open.keys()];
}
