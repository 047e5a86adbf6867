// What a person does in a real VS Code: one server and one browser for every spec, each spec a window of its own.
import { openWindows } from './workbench/window';
import { startSession, stopSession } from './workbench/session';
import { takePicture } from './workbench/pictures';
import './sample';
import './runs';
import './mixes';
import './mix-builds';
import './files';
import './panels';
import './prompts';
import './results';
import './evaluate';
import './walkthrough';
import './restricted';

before(async function () {
  this.timeout(180_000);
  await startSession();
});

after(stopSession);

afterEach(async function () {
  if (this.currentTest?.state !== 'failed') return;
  for (const [place, page] of openWindows().entries()) {
    await takePicture(page, `failed-${this.currentTest.fullTitle().replaceAll(/[^a-z0-9]+/gi, '-')}-${place}`);
  }
});
