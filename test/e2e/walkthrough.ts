// The walkthrough of the first three experiments: opened from the palette, an experiment started from its step and ticked when done.
import type { Page } from 'playwright-core';
import { modalButton } from './workbench/dialogs';
import { runCommand } from './workbench/palette';
import { takePicture, takePictures } from './workbench/pictures';
import { sampleWorkspace } from './workbench/sample';
import { closeWindow, openWindow } from './workbench/window';

describe('the walkthrough', () => {
  let page: Page;
  const step = (title: string) => page.locator('.getting-started-step', { hasText: title });

  before(async () => { page = await openWindow(await sampleWorkspace()); });
  after(() => closeWindow(page));

  it('opens from the palette with a step for each experiment', async () => {
    await runCommand(page, 'Preclinical: Open Walkthrough');
    for (const title of ['Create the sample workspace', 'Continued pretraining', 'Plain against NEFTune', 'Chain-of-Thought', 'Look at the results']) {
      await step(title).waitFor();
    }
    for (const [title, picture] of [['Plain against NEFTune', 'neftune'], ['Chain-of-Thought', 'chain-of-thought']] as const) {
      await step(title).click();
      await page.locator('.getting-started-step.expanded', { hasText: title }).waitFor();
      await page.locator('iframe.webview.ready').first().contentFrame().locator('#active-frame').contentFrame().locator('svg').waitFor();
      await takePicture(page, `walkthrough-${picture}-dark`);
    }
  });

  it('starts an experiment from its step, and ticks the step when it is done', async () => {
    await step('Continued pretraining').click();
    await step('Continued pretraining').locator('.monaco-button', { hasText: 'Start the Experiment' }).click();
    await modalButton(page, 'Start').click();
    await step('Continued pretraining').locator('.codicon.complete').first().waitFor();
    await takePictures(page, 'walkthrough-continued-pretraining');
  });
});
