// Builds of mixes as a person sees them: one that is cancelled while it reads, what a mix would train on before it is built, and the
// way from what the screen for protected health information found to the words themselves.
import assert from 'node:assert/strict';
import { readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Page } from 'playwright-core';
import { modalButton } from './workbench/dialogs';
import { lens, openFile, shownLine, tab } from './workbench/editor';
import { takePictures } from './workbench/pictures';
import { sampleWorkspace } from './workbench/sample';
import { rowAction, rowDescription, treeRow } from './workbench/tree';
import { panel } from './workbench/webview';
import { closeWindow, openWindow, showViews } from './workbench/window';

const mix = (name: string, source: string): string => `name: ${name}
tokenizer: ../tokenizer
sequenceLength: 64
sources:
  notes: { ${source}, domain: clinical }
stages: [{ name: all, sources: { notes: { epochs: 1 } } }]
`;
const notes = ['The patient has cough and no fever.', 'Seen on 2021-03-04 by Dr. Hale.', 'A third note of nothing.'];

/** Two gigabytes of lines in a few megabytes: no machine has read them before a person has cancelled. */
function endless(): Buffer {
  const part = gzipSync('The patient has cough, fever and other findings.\n'.repeat(400_000));
  return Buffer.concat(Array.from({ length: 100 }, () => part));
}

describe('builds of mixes in the workbench', () => {
  let workspace: string;
  let page: Page;

  before(async () => {
    workspace = await sampleWorkspace();
    const write = (file: string, content: string | Buffer): void => { writeFileSync(path.join(workspace, file), content); };
    write('data/notes.txt', `${notes.join('\n')}\n`);
    write('data/endless.txt.gz', endless());
    write('mixes/endless.mix.yaml', mix('endless', 'path: ../data/endless.txt.gz, format: lines'));
    write('mixes/notes.mix.yaml', mix('notes', 'path: ../data/notes.txt, format: lines, phiScreen: keep'));
    page = await openWindow(workspace);
    await showViews(page);
  });
  after(() => closeWindow(page));

  const build = async (name: string): Promise<void> => {
    await rowDescription(treeRow(page, name)).filter({ hasText: /^never built/ }).waitFor();
    await rowAction(treeRow(page, name), 'Build');
    await modalButton(page, 'Start').click();
  };

  it('are cancelled while they read, and leave nothing half made', async () => {
    await build('endless');
    await rowDescription(treeRow(page, 'endless')).filter({ hasText: /^building · Reading notes \d/ }).waitFor();
    await rowAction(treeRow(page, 'endless'), 'Cancel');
    await rowDescription(treeRow(page, 'endless')).filter({ hasText: /^never built · last build stopped/ }).waitFor();
    const left = readdirSync(path.join(workspace, '.preclinical'), { recursive: true, encoding: 'utf8' }).filter((name) => /partial|texts\.bin|manifest/.test(name));
    assert.deepEqual(left, []);
  });

  it('are preceded by a look at what is trained on', async () => {
    await openFile(page, 'mixes/instruct.mix.yaml');
    await lens(page, 'Preview').click();
    await tab(page, 'Preview of instruct').waitFor();
    await shownLine(page, 'Answer:⟦').waitFor();
    await takePictures(page, 'mix-preview');
    await page.keyboard.press('Control+W');
  });

  it('lead from a finding of the screen to its words in the file', async () => {
    await build('notes');
    await rowDescription(treeRow(page, 'notes')).filter({ hasText: /^built/ }).waitFor();
    await rowAction(treeRow(page, 'notes'), 'Open Build Findings');
    await panel(page).locator('[data-tab="phi"]').click();
    await panel(page).locator('findings-list [data-row="0"]').click();
    await takePictures(page, 'findings-phi');
    await panel(page).locator('[data-finding="date"]').click();
    await tab(page, 'notes.txt').waitFor();
    await shownLine(page, notes[1]!).waitFor();
    await page.locator('.statusbar-item', { hasText: /Ln 2, Col \d+ \(10 selected\)/ }).waitFor();
  });
});
