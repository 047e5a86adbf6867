// The text editor that is in front: files, lenses, problems, quick fixes, typing.
import type { Locator, Page } from 'playwright-core';
import { pickRow, quickInput } from './palette';

/** By its path in the workspace, as a user writes it after Ctrl+P. */
export async function openFile(page: Page, file: string): Promise<void> {
  await page.keyboard.press('Control+P');
  await quickInput(page).fill(file);
  const name = file.split('/').at(-1)!;
  await pickRow(page, name).click();
  await page.locator(`.tabs-container .tab.active[data-resource-name="${name}"]`).waitFor();
  await page.locator('.editor-instance .view-line').first().waitFor();
}

export function lens(page: Page, title: string | RegExp): Locator {
  return page.locator('.codelens-decoration a', { hasText: title }).first();
}

export function tab(page: Page, title: string | RegExp): Locator {
  return page.locator('.tabs-container .tab', { hasText: title }).first();
}

/** Squiggles of errors in what is shown of the file. */
export function squiggles(page: Page): Locator {
  return page.locator('.editor-instance .squiggly-error');
}

/** Puts the cursor on a word of the file that is shown. */
export async function clickWord(page: Page, word: string): Promise<void> {
  await page.locator('.editor-instance .view-line').getByText(word).first().click();
}

/** Rests the pointer on a word of the file that is shown. */
export async function hoverWord(page: Page, word: string): Promise<void> {
  await page.locator('.editor-instance .view-line').getByText(word).first().hover();
}

/**
 * Waits until what is shown behind a line that ends in `words` matches. The editor draws it as generated content, which
 * is no text of the page; of a wrapped line it stands behind the last row.
 */
export async function lineEnd(page: Page, words: string, pattern: string): Promise<void> {
  await page.waitForFunction(`[...document.querySelectorAll('.editor-instance .view-line')]
    .filter((line) => line.textContent.replaceAll('\\u00a0', ' ').trimEnd().endsWith(${JSON.stringify(words)}))
    .some((line) => [...line.querySelectorAll('span')].some((span) => {
      const { content } = getComputedStyle(span, '::after');
      return content.startsWith('"') && new RegExp(${JSON.stringify(pattern)}, 'u').test(content.slice(1, -1).replaceAll('\\u00a0', ' '));
    }))`);
}

/** A line of the file that is shown. */
export function shownLine(page: Page, text: string): Locator {
  return page.locator('.editor-instance .view-line', { hasText: text }).first();
}

/** Chooses from the menu of quick fixes at the cursor, once the bulb says that there are some: asked before, the menu says there are none. */
export async function quickFix(page: Page, title: string | RegExp): Promise<void> {
  await page.locator('.editor-instance [class*="lightbulb" i]').first().waitFor();
  await page.keyboard.press('Control+.');
  await page.locator('.action-widget .monaco-list-row', { hasText: title }).first().click();
}
