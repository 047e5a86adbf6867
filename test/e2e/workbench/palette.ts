// The command palette and the lists and boxes that open in its place.
import type { Locator, Page } from 'playwright-core';

const widget = '.quick-input-widget:not([style*="display: none"])';

export function quickInput(page: Page): Locator {
  return page.locator(`${widget} input.input`);
}

/** By the whole title, such as `Preclinical: Show Version`. */
export async function runCommand(page: Page, title: string): Promise<void> {
  await page.keyboard.press('F1');
  await quickInput(page).fill(`>${title}`);
  await page.locator(`${widget} .monaco-list-row`, { has: page.getByText(title, { exact: true }) }).first().click();
}

/** A row of the list that is open. */
export function pickRow(page: Page, text: string | RegExp): Locator {
  return page.locator(`${widget} .monaco-list-row`, { hasText: text }).first();
}

/** Titles of the rows that are open, without their icons. */
export async function pickTitles(page: Page): Promise<string[]> {
  const titles = await page.locator(`${widget} .monaco-list-row .quick-input-list-row:first-child .label-name`).allTextContents();
  return titles.map((title) => title.trim());
}

/** Writes into the box that is open and accepts it. */
export async function answer(page: Page, text: string): Promise<void> {
  await quickInput(page).fill(text);
  await page.keyboard.press('Enter');
}

/** Accepts a folder in the editor's own file dialog, once that has come up with it. */
export async function acceptFolder(page: Page, folder: string, button: string): Promise<void> {
  await page.waitForFunction(`(document.querySelector('${widget} input.input')?.value ?? '').replace(/\\/$/, '') === ${JSON.stringify(folder)}`);
  await page.locator(`${widget} .quick-input-action .monaco-button`, { hasText: button }).click();
}
