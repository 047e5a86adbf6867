// A run that TRL trains, in a real VS Code as a person sees it: what it would be started with, live in the Runs view,
// stopped with its work kept, resumed.
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Page } from 'playwright-core';
import { referencePython } from '../deep/python';
import { modal, modalButton, notificationButton } from '../e2e/workbench/dialogs';
import { lens, openFile, shownLine, tab } from '../e2e/workbench/editor';
import { pickRow, runCommand } from '../e2e/workbench/palette';
import { takePicture } from '../e2e/workbench/pictures';
import { sampleWorkspace } from '../e2e/workbench/sample';
import { session, startSession, stopSession } from '../e2e/workbench/session';
import { rowAction, rowDescription, treeRow } from '../e2e/workbench/tree';
import { closeWindow, openWindow, reloadWindow, showViews } from '../e2e/workbench/window';

/** More than it makes before it is stopped, on any machine. */
const steps = 100_000;

describe('a run that TRL trains, in the workbench', function () {
  this.timeout(600_000);
  let page: Page | undefined;
  const file = 'runs/elsewhere.run.yaml';
  const row = () => treeRow(page!, 'elsewhere');
  const isAt = (text: RegExp): Promise<void> => rowDescription(row()).filter({ hasText: text }).waitFor();

  before(async () => {
    await startSession();
    const workspace = await sampleWorkspace();
    const base = readFileSync(path.join(workspace, 'runs/base.run.yaml'), 'utf8');
    const text = base.replace(/^name: .*$/m, `name: elsewhere\nsteps: ${steps}\nengine: trl\nscaleout:\n  processes: 2`).replaceAll(/everySteps: \d+/g, 'everySteps: 1000');
    writeFileSync(path.join(workspace, file), text);
    session().server.changeSettings({ 'preclinical.python.path': referencePython() });
    page = await openWindow(workspace);
    page.setDefaultTimeout(300_000);
    await showViews(page);
  });
  afterEach(async function () {
    if (page && this.currentTest?.state === 'failed') await takePicture(page, 'failed-scaleout');
  });
  after(async () => {
    await closeWindow(page);
    await stopSession();
  });

  it('shows from the palette what it would be started with, and starts nothing', async () => {
    await openFile(page!, file);
    await runCommand(page!, 'Preclinical: Prepare for Another Engine…');
    await tab(page!, 'Prepared elsewhere.run.yaml').waitFor();
    await shownLine(page!, 'Nothing is started').waitFor();
    await shownLine(page!, 'trl.yaml').waitFor();
    await takePicture(page!, 'scaleout-prepared-dark');
    await notificationButton(page!, 'Nothing is started', 'Change a File…').click();
    await pickRow(page!, 'launch.sh').click();
    await tab(page!, 'launch.sh').waitFor();
    await shownLine(page!, 'torch.distributed.run').waitFor();
  });

  it('is live in the tree, also for a window that is reloaded', async () => {
    await openFile(page!, file);
    await lens(page!, 'Start').click();
    await modal(page!).getByText('Train elsewhere?').waitFor();
    await takePicture(page!, 'scaleout-start-dark');
    await modalButton(page!, 'Start').click();
    await isAt(/^step \d+\/100000 · loss \d.*tokens\/s/);
    await reloadWindow(page!);
    await isAt(/^step \d+\/100000 · loss \d.*tokens\/s/);
    await takePicture(page!, 'scaleout-live-dark');
  });

  it('keeps its work when stopped, and goes on from there when resumed', async () => {
    const stop = async (): Promise<number> => {
      await rowAction(row(), 'Stop');
      await pickRow(page!, 'no update is lost').click();
      await isAt(/^stopped · step \d+/);
      return Number(/step (\d+)/.exec(await rowDescription(row()).innerText())![1]);
    };
    const stoppedAt = await stop();
    await rowAction(row(), 'Resume');
    await isAt(/^step \d+\/100000 · loss \d.*tokens\/s/);
    await takePicture(page!, 'scaleout-resumed-dark');
    const end = await stop();
    assert.ok(stoppedAt > 0 && end > stoppedAt, `stopped at ${stoppedAt}, then at ${end}`);
  });

  it('has a checkpoint that lm-evaluation-harness scores, asked for as any evaluation is', async () => {
    await runCommand(page!, 'Preclinical: Evaluate…');
    await pickRow(page!, 'elsewhere').click();
    await pickRow(page!, 'facts-letter.yaml').click();
    await page!.keyboard.press('Enter');
    await pickRow(page!, 'Scored by').click();
    await pickRow(page!, 'lm-evaluation-harness').waitFor();
    await takePicture(page!, 'scaleout-harness-dark');
    await pickRow(page!, 'Start').click();
    await rowDescription(page!.locator('.part.sidebar .monaco-list-row')).filter({ hasText: /^facts-letter acc / }).waitFor();
    await takePicture(page!, 'scaleout-scored-dark');
  });
});
