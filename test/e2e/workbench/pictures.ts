// Pictures of the workbench in every kind of colour theme, kept under dist/test/screenshots.
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import type { Page } from 'playwright-core';
import { packageRoot } from '../../../src/engine/parts/assets';
import { pickRow, quickInput, runCommand } from './palette';

const folder = path.join(packageRoot, 'dist', 'test', 'screenshots');
/** What a user chooses, and the workbench's own class that says it is shown. */
const themes = {
  dark: { theme: 'Dark Modern', shown: '.monaco-workbench.vs-dark' },
  light: { theme: 'Light Modern', shown: '.monaco-workbench.vs' },
  'high-contrast': { theme: 'Dark High Contrast', shown: '.monaco-workbench.hc-black' },
} as const;
export type ThemeName = keyof typeof themes;

export async function showTheme(page: Page, name: ThemeName): Promise<void> {
  const { theme, shown } = themes[name];
  await runCommand(page, 'Preferences: Color Theme');
  await quickInput(page).fill(theme);
  await pickRow(page, theme).click();
  await page.locator(shown).waitFor();
  await quickInput(page).waitFor({ state: 'hidden' });
}

/**
 * One picture a theme: NAME-dark.png, NAME-light.png, NAME-high-contrast.png. The window is dark afterwards. Themes are
 * chosen from the palette, so a list or dialog that is open is pictured in one theme only, by takePicture.
 */
export async function takePictures(page: Page, name: string): Promise<void> {
  for (const theme of ['light', 'high-contrast', 'dark'] as const) {
    await showTheme(page, theme);
    await takePicture(page, `${name}-${theme}`);
  }
}

export async function takePicture(page: Page, name: string): Promise<void> {
  mkdirSync(folder, { recursive: true });
  await page.screenshot({ path: path.join(folder, `${name}.png`), animations: 'disabled' });
}
