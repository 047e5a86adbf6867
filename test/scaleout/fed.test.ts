// What TRL feeds to its model of chat messages, ShareGPT, Alpaca, prompts and completions: the tokens, positions and loss mask of
// the embedded engine, one by one.
import assert from 'node:assert/strict';
import { rm } from 'node:fs/promises';
import { referencePython } from '../deep/python';
import { makeTrainWorkspace } from '../process/train/workspace';
import { addForms, feedBoth, learnt, shown } from './fed';

describe('what TRL feeds to its model', function () {
  this.timeout(900_000);
  let root: string;
  before(async () => {
    root = await makeTrainWorkspace();
    await addForms(root);
  });
  after(() => rm(root, { recursive: true, force: true }));

  for (const packing of ['none', 'best-fit']) {
    it(`is token by token what the embedded engine feeds to its own, with packing: ${packing}`, async () => {
      const { ours, theirs } = await feedBoth(root, { packing }, { engine: 'trl', 'scaleout.device': 'cpu', 'scaleout.python': referencePython() });
      assert.deepEqual(theirs, ours);
      const texts = await Promise.all(theirs.map((row) => shown(root, row)));
      if (packing === 'none') assert.deepEqual([...texts].sort(), [...learnt, ...learnt].sort());
      for (const text of learnt) assert.equal(texts.filter((row) => row.includes(text)).length, 2, `each of two epochs has ${text}`);
    });
  }
});
