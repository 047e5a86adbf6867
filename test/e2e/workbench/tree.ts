// Rows of the views in the side bar.
import type { Locator, Page } from 'playwright-core';

/** A row by what its label begins with; its text also has the description. */
export function treeRow(page: Page, label: string): Locator {
  return page.locator('.part.sidebar .pane-body .monaco-list-row', { has: page.locator('.label-name', { hasText: new RegExp(`^${label}$`) }) }).first();
}

/** What stands beside the label, such as `step 3/40 · loss 4.2`. */
export function rowDescription(row: Locator): Locator {
  return row.locator('.label-description');
}

/** Clicks an action that shows when the pointer is on the row. */
export async function rowAction(row: Locator, title: string): Promise<void> {
  await row.hover();
  await row.locator(`.actions .action-label[aria-label^="${title}"]`).click();
}

/** Takes an entry of the row's context menu: by Enter, since a menu takes no click in its first tenth of a second. */
export async function rowMenu(page: Page, row: Locator, title: string): Promise<void> {
  await row.click({ button: 'right' });
  const entry = page.locator('.context-view .monaco-menu .action-item', { hasText: title }).first();
  await entry.hover();
  await page.locator('.context-view .monaco-menu .action-item.focused', { hasText: title }).waitFor();
  await page.keyboard.press('Enter');
}

/** Clicks an action in the title of a view. */
export async function viewAction(page: Page, view: string, title: string): Promise<void> {
  const pane = page.locator('.part.sidebar .pane', { has: page.locator('.pane-header .title', { hasText: new RegExp(`^${view}$`) }) });
  await pane.locator('.pane-header').hover();
  await pane.locator(`.pane-header .action-label[aria-label^="${title}"]`).click();
}
