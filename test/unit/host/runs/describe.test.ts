import assert from 'node:assert/strict';
import { describeEntry, describeFully, stopOffers, type Translate, withoutIcons } from '../../../../src/host/runs/describe';
import type { RunEntry } from '../../../../src/host/runs/entry';
import { previewFile, readStartAnswer } from '../../../../src/host/runs/preview';
import type { JobReading } from '../../../../src/runs/state';

const t: Translate = (message, ...values) => message.replaceAll(/\{(\d)\}/g, (_, index: string) => String(values[Number(index)]));
const running: JobReading = { state: 'running', alive: true, liveness: 'alive', attempt: 1, at: '', host: 'here', pid: 1 };
const training: RunEntry = {
  id: 'a', folder: '/a', kind: 'train', name: 'a', reading: running, labels: { schema: 1 }, steps: [],
  progress: { step: 12, totalSteps: 100, loss: 2.5, tokensPerSecond: 1000.4, timeLeftMs: 90_000, checkpointStep: 10, unsavedMs: 2000 },
};

describe('a row of the Runs view', () => {
  it('says step, loss, tokens a second and time left of a training that runs', () => {
    assert.equal(describeEntry(training, t), 'step 12/100 · loss 2.500 · 1000 tokens/s · 1 min 30 s left');
  });

  it('says of one that was lost how far it got, and no time left', () => {
    assert.equal(describeEntry({ ...training, reading: { ...running, state: 'lost', alive: false } }, t), 'lost · step 12/100 · loss 2.500');
  });

  it('hovers with the reason of a failure and the next step', () => {
    const reading: JobReading = { ...running, state: 'failed', alive: false, reason: 'The disk is full; its last checkpoint is step-10', next: 'Free some space.' };
    assert.match(describeFully({ ...training, reading }, t), /\nThe disk is full; its last checkpoint is step-10\nFree some space\.\n/);
  });

  it('counts the steps of a study and names those that run', () => {
    const steps = [{ step: 'base', state: 'done' }, { step: 'tuned', state: 'running' }, { step: 'scores', state: 'failed' }] as const;
    assert.equal(describeEntry({ ...training, kind: 'study', steps }, t), '1/3 steps · 1 failed · tuned');
  });

  it('marks a run of another program as imported', () => {
    assert.equal(describeEntry({ ...training, kind: 'import', reading: { ...running, state: 'done', alive: false } }, t), 'imported · step 12/100 · loss 2.500');
  });

  it('lets no name become an icon', () => {
    assert.doesNotMatch(withoutIcons('$(flame) x'), /\$\(/);
  });
});

describe('ways to stop', () => {
  const costs = (entry: RunEntry, inStudy = false): Record<string, string> => Object.fromEntries(stopOffers(entry, inStudy, t).map(({ choice, cost }) => [choice, cost]));

  it('say what a kill loses', () => {
    assert.match(costs(training)['kill']!, /Loses 2 updates since the checkpoint at step 10, about 2 s of work/);
    assert.match(costs({ ...training, progress: { step: 12, checkpointStep: 0 } })['kill']!, /Loses all 12 updates/);
  });

  it('say what the study does with its step', () => {
    assert.match(costs(training, true)['stop']!, /skips the steps that need it/);
    assert.match(costs(training, true)['pause']!, /waits for it/);
  });

  it('offer no kill of a study, whose steps would go on without it', () => {
    assert.deepEqual(Object.keys(costs({ ...training, kind: 'study' })), ['stop', 'pause']);
  });
});

describe('the preview of a start', () => {
  const run = 'kind: run\nname: base\nstage: pretrain\nbase: { new: { hiddenSize: 8, intermediateSize: 16, layers: 2, heads: 2, keyValueHeads: 1 } }\ndata: x.mix.yaml\nbatchSize: 2\noptimiser: { learningRate: 0.002 }\n';

  it('says what will be trained, on what, from what', () => {
    const preview = previewFile('base.run.yaml', run, t);
    assert.equal(preview?.title, 'Train base');
    assert.ok(preview.lines.includes('From a new model: 2 layers, hidden size 8'));
    assert.ok(preview.lines.includes('Pretraining: loss on every token'), 'a new model has nothing to continue');
    assert.ok(preview.lines.some((line) => line.includes('x.mix.yaml')));
  });

  it('names the place of an error, and then nothing starts', () => {
    const preview = previewFile('base.run.yaml', run.replace('batchSize: 2', 'batchSize: -2'), t);
    assert.equal(preview?.problems.length, 1);
    assert.match(preview.problems[0]!, /base\.run\.yaml:6.*batchSize/);
  });

  it('knows only what can be started', () => {
    assert.equal(previewFile('notes.yaml', run, t), undefined);
  });

  it('reads the job from the last line the engine printed', () => {
    assert.deepEqual(readStartAnswer('{"type":"progress"}\n{"id":"a","folder":"/a","done":true}\n'), { id: 'a', folder: '/a', done: true });
    assert.equal(readStartAnswer('building\n'), undefined);
  });
});
