// Writing in a run file: a misspelt key is marked, explained and mended by the quick fix.
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Page } from 'playwright-core';
import { clickWord, openFile, quickFix, shownLine, squiggles } from './workbench/editor';
import { runCommand } from './workbench/palette';
import { takePicture, takePictures } from './workbench/pictures';
import { fileWhere, sampleWorkspace } from './workbench/sample';
import { closeWindow, openWindow } from './workbench/window';

describe('files in the workbench', () => {
  let page: Page;
  let file: string;

  before(async () => {
    const workspace = await sampleWorkspace();
    file = path.join(workspace, 'runs/instruct-neftune.run.yaml');
    writeFileSync(file, readFileSync(file, 'utf8').replace('warmupFraction', 'warmup_fraction'));
    page = await openWindow(workspace);
  });
  after(() => closeWindow(page));

  it('mark a misspelt key, list it among the problems, and mend it by the quick fix', async () => {
    await openFile(page, 'runs/instruct-neftune.run.yaml');
    await squiggles(page).first().waitFor();
    await runCommand(page, 'Problems: Focus on Problems View');
    await page.locator('.markers-panel .monaco-list-row', { hasText: 'warmup_fraction' }).first().waitFor();
    await takePictures(page, 'problems');
    await clickWord(page, 'warmup_fraction');
    await quickFix(page, 'warmupFraction');
    await shownLine(page, 'warmupFraction: 0.03').waitFor();
    await squiggles(page).first().waitFor({ state: 'detached' });
    await page.keyboard.press('Control+S');
    await fileWhere(file, /^ {2}warmupFraction: 0\.03/m);
  });

  it('explain a key on hover', async () => {
    await page.locator('.editor-instance .view-line').getByText('neftune:').first().hover();
    await page.locator('.monaco-hover:visible', { hasText: 'Noise on the embeddings' }).first().waitFor();
    await takePicture(page, 'hover-dark');
  });
});
