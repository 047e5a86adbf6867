// A training run from its file to its end, with the window reloaded in between, and one that is stopped and one that is killed.
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Page } from 'playwright-core';
import { modal, modalButton } from './workbench/dialogs';
import { lens, openFile } from './workbench/editor';
import { pickRow, pickTitles } from './workbench/palette';
import { takePicture, takePictures } from './workbench/pictures';
import { pidOf, sampleWorkspace } from './workbench/sample';
import { rowAction, rowDescription, treeRow } from './workbench/tree';
import { closeWindow, openWindow, reloadWindow, showViews } from './workbench/window';

describe('runs in the workbench', () => {
  let workspace: string;
  let page: Page;

  /** The base run of the sample under another name and of another length, which measures and saves seldom. */
  const writeRun = (name: string, steps: number): string => {
    const text = readFileSync(path.join(workspace, 'runs/base.run.yaml'), 'utf8');
    const file = `runs/${name}.run.yaml`;
    writeFileSync(path.join(workspace, file), text.replace(/^name: .*$/m, `name: ${name}\nsteps: ${steps}`).replaceAll(/everySteps: \d+/g, 'everySteps: 1000'));
    return file;
  };

  /** From the lens in its file through the preview. */
  const start = async (file: string): Promise<void> => {
    await openFile(page, file);
    await lens(page, 'Start').click();
    await modalButton(page, 'Start').click();
  };

  const isAt = (name: string, text: RegExp): Promise<void> => rowDescription(treeRow(page, name)).filter({ hasText: text }).waitFor();

  before(async () => {
    workspace = await sampleWorkspace();
    page = await openWindow(workspace);
    await showViews(page);
  });
  after(() => closeWindow(page));

  it('start from the lens of their file, after a look at what will run', async () => {
    await openFile(page, writeRun('long', 2000));
    await lens(page, 'Start').click();
    await modal(page).getByText('Train long?').waitFor();
    const said = await modal(page).innerText();
    for (const fact of [/From a new model: 1 layers/, /2000 updates/, /Learning rate 0\.002/, /closing the window does not stop it/]) assert.match(said, fact);
    await takePicture(page, 'start-preview-dark');
    await modalButton(page, 'Start').click();
    await isAt('long', /^step \d+\/2000 · loss \d.*tokens\/s/);
  });

  it('are found again, still running, by a window that is reloaded, and seen to their end', async () => {
    await reloadWindow(page);
    await isAt('long', /^step \d+\/2000 · .*tokens\/s/);
    await isAt('long', /^step 2000\/2000 · loss [\d.]+$/);
  });

  it('stop as the user chooses, told what each choice costs', async () => {
    await start(writeRun('endless', 1_000_000));
    await isAt('endless', /^step \d.*tokens\/s/);
    await takePictures(page, 'runs');
    await rowAction(treeRow(page, 'endless'), 'Stop');
    await pickRow(page, 'Kill Now').waitFor();
    assert.deepEqual(await pickTitles(page), ['Stop', 'Pause', 'Kill Now']);
    await takePicture(page, 'stop-choices-dark');
    await pickRow(page, 'no update is lost').click();
    await isAt('endless', /^stopped · step \d/);
  });

  it('go on when resumed, and read as lost when their process is killed', async () => {
    await rowAction(treeRow(page, 'endless'), 'Resume');
    await isAt('endless', /^step \d.*tokens\/s/);
    process.kill(pidOf(workspace, 'endless'), 'SIGKILL');
    await isAt('endless', /^lost/);
    await takePicture(page, 'runs-lost-dark');
  });
});
