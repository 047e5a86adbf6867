// A question put to the shipped model from its lens: the answer at its line, on hover, as a document, in the results panel,
// which is there again after a reload; text of a question stays text; nothing leaves this machine before the user agrees.
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { FrameLocator, Page } from 'playwright-core';
import { asksFile } from '../../src/runs/asks';
import { modal, modalButton, notification } from './workbench/dialogs';
import { clickWord, hoverWord, lens, lineEnd, openFile, tab } from './workbench/editor';
import { pickRow, runCommand } from './workbench/palette';
import { takePicture, takePictures } from './workbench/pictures';
import { sampleWorkspace } from './workbench/sample';
import { panel } from './workbench/webview';
import { closeWindow, openWindow, reloadWindow } from './workbench/window';

const questions = 'data/questions/tested.jsonl';
const hostile = '<img src=x onerror="document.title=1"> [press](command:workbench.action.closeWindow)';
/** Of a question whose options are not shown to the model: letter with its word, or none, for each strategy. */
const answered = String.raw`^[✓✗○] direct (?:[A-D] (?:right|wrong)|no answer) · [✓✗○] CoT .+ · [✓✗○] CoT-SC `;

describe('prompt experiments in the workbench', () => {
  let workspace: string;
  let page: Page;
  const kept = (): string => readFileSync(asksFile(workspace), 'utf8');
  const results = (): FrameLocator => panel(page);
  const injected = async (): Promise<number> => {
    const found = 'img[src="x"], [href*="closeWindow"], [data-href*="closeWindow"]';
    return await page.locator(found).count() + (await Promise.all(page.frames().map((frame) => frame.locator(found).count()))).reduce((sum, count) => sum + count, 0);
  };

  before(async () => {
    workspace = await sampleWorkspace();
    const file = path.join(workspace, questions);
    const [first, second, ...others] = readFileSync(file, 'utf8').split('\n');
    const changed = JSON.stringify({ ...JSON.parse(second!) as object, question: `Which test? ${hostile}` });
    writeFileSync(file, [first, changed, ...others].join('\n'));
    const settings = path.join(workspace, '.vscode/settings.json');
    const endpoints = [
      { name: 'Elsewhere', baseUrl: 'http://endpoint.example:9/v1', model: 'some-model' },
      { name: 'Beside', baseUrl: 'http://127.0.0.1:9/v1', model: 'some-model' },
    ];
    writeFileSync(settings, readFileSync(settings, 'utf8').replace('{', `{ "preclinical.endpoints": ${JSON.stringify(endpoints)},`));
    page = await openWindow(workspace);
  });
  after(() => closeWindow(page));

  it('are asked from the lens of a question, and answer at the end of its line', async () => {
    await openFile(page, questions);
    await lens(page, /^\s*Ask$/).click();
    await lineEnd(page, '"treatment"}', answered);
    await lens(page, 'Answer Details').waitFor();
    await takePictures(page, 'ask');
  });

  it('show the reasoning on hover', async () => {
    await hoverWord(page, 'tested-pulmonary-embolism-treatment');
    const hover = page.locator('.monaco-hover:visible', { hasText: 'asked with prompts/tested.cot' });
    for (const strategy of ['direct: ', 'chain-of-thought: ', 'self-consistency: ']) await hover.getByText(strategy).waitFor();
    await takePicture(page, 'ask-hover-dark');
  });

  it('open the rendered prompt and every sample as a document, in which a question is text', async () => {
    await clickWord(page, 'Which test?');
    await runCommand(page, 'Preclinical: Ask Question at Cursor');
    await lineEnd(page, '"test"}', answered);
    await runCommand(page, 'Preclinical: Answer Details');
    await tab(page, 'tested.jsonl line 2').waitFor();
    const document = page.locator('.editor-group-container.active .view-lines');
    for (const text of ['[user]', 'sample 1 of 1', `Which test? ${hostile}`]) await document.getByText(text).first().waitFor();
    await takePictures(page, 'answer-details');
    assert.equal(await injected(), 0);
  });

  it('ask by host before a first text leaves this machine, and send nothing when that is declined', async () => {
    const before = kept();
    await runCommand(page, 'Preclinical: Choose Model…');
    await pickRow(page, 'Elsewhere').click();
    await lens(page, 'Model: Elsewhere').waitFor();
    await lens(page, /^\s*Ask$/).click();
    await modal(page).getByText('Send question texts and prompts to endpoint.example:9?').waitFor();
    assert.match(await modal(page).innerText(), /They travel unencrypted \(http\)/);
    await takePicture(page, 'consent-dark');
    await modalButton(page, 'Cancel').click();
    await notification(page, 'Nothing was sent to endpoint.example:9').waitFor();
    assert.equal(kept(), before);
  });

  it('say how many calls a whole set takes before an endpoint is asked the first', async () => {
    const before = kept();
    await runCommand(page, 'Preclinical: Choose Model…');
    await pickRow(page, 'Beside').click();
    await openFile(page, 'prompts/tested.cot');
    await lens(page, 'Run').click();
    await modal(page).getByText(/Put \d+ questions to Beside in [\d,]+ calls\?/).waitFor();
    assert.match(await modal(page).innerText(), /chain-of-thought: \d+ calls[^]*About [\d,]+ prompt tokens and at most [\d,]+ answer tokens/);
    await takePicture(page, 'run-preview-dark');
    await modalButton(page, 'Cancel').click();
    assert.equal(kept(), before);
  });

  it('gather in the results panel, questions by variants, with the prompt of the cell that is chosen', async () => {
    await runCommand(page, 'Preclinical: Open Prompt Results…');
    const row = results().locator('answers-grid tbody tr', { hasText: 'Which test?' });
    await row.locator('td[role="gridcell"]').first().click();
    await results().locator('.detail .message pre', { hasText: hostile }).waitFor();
    await results().locator('.detail .sample').first().waitFor();
    await takePictures(page, 'prompt-results');
    assert.equal(await injected(), 0);
  });

  it('are there again in the panel after a reload', async () => {
    // The cell that was chosen is kept with the panel.
    await reloadWindow(page, /preclinical\.answers.*"selected":\{"row":"tested-aortic-stenosis-test"/);
    await results().locator('.detail .message pre', { hasText: hostile }).waitFor();
  });

  it('are there again at the end of their lines after a reload', async () => {
    await openFile(page, questions);
    await lineEnd(page, '"treatment"}', answered);
    await lineEnd(page, '"test"}', answered);
  });
});
