// lm-evaluation-harness itself as an evaluation of this workspace: started as a trainer is, and its scores beside ours of
// the same checkpoint and task file.
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { stringify } from 'yaml';
import { findCheckpoint } from '../../src/engine/jobs/prepare/checkpoint';
import { prepareEvaluate } from '../../src/engine/jobs/prepare/evaluate';
import { launchSettings } from '../../src/engine/jobs/prepare/launch-settings';
import { prepareStudy } from '../../src/engine/jobs/prepare/study';
import { createJob } from '../../src/runs/create';
import { listJobs } from '../../src/runs/list';
import { readResults } from '../../src/runs/scored/read';
import { referencePython } from '../deep/python';
import { runToEnd } from '../process/run-to-end';
import { createTrainJob, makeTrainWorkspace } from '../process/train/workspace';
import { notices } from './curves';

const questions = Array.from({ length: 12 }, (_, index) => ({
  question: ['What fell again?', 'Who slept until morning?', 'What was given?'][index % 3], options: ['fever', 'the patient', 'warm tea', `a low dose ${index}`], answer: index % 4,
}));
const task = `task: tea
dataset_path: questions.jsonl
output_type: multiple_choice
doc_to_text: "Question: {{question}}\\nAnswer:"
doc_to_choice: "{{options}}"
doc_to_target: answer
`;

describe('an evaluation by lm-evaluation-harness itself', function () {
  this.timeout(900_000);
  let root: string;
  before(async () => { root = await makeTrainWorkspace(); });
  after(() => rm(root, { recursive: true, force: true }));

  it('scores what this engine scores, from the same files, and is read like any other', async () => {
    writeFileSync(path.join(root, 'questions.jsonl'), questions.map((one) => `${JSON.stringify(one)}\n`).join(''));
    writeFileSync(path.join(root, 'tea.yaml'), task);
    assert.equal((await runToEnd(await createTrainJob(root, 'pretrain', { steps: 4, 'checkpoints.everySteps': 100, 'heldOut.everySteps': 4 }))).state.state, 'done');
    const model = await findCheckpoint(root, root, 'pretrain');
    const scores = async (elsewhere: object): Promise<{ readonly folder: string; readonly said: string }> => {
      const { folder } = await createJob(root, await prepareEvaluate(root, model, [path.join(root, 'tea.yaml')], { name: 'tea', ...elsewhere }));
      const { state, events } = await runToEnd(folder);
      assert.equal(state.state, 'done', `${state.reason ?? ''}\n${notices(events)}`);
      return { folder, said: notices(events) };
    };
    const ours = await scores({});
    const theirs = await scores({ elsewhere: { engine: 'lm-eval', scaleout: await launchSettings(root, { python: referencePython(), device: 'cpu' }, model.job) } });
    assert.match(theirs.said, /lm_eval [\d.]+, .*its files are in program\//);
    assert.match(theirs.said, /HF_HUB_OFFLINE=1/);
    assert.match(readFileSync(path.join(theirs.folder, 'program', 'launch.sh'), 'utf8'), /-m lm_eval run --model hf/);
    const [a, b] = [(await readResults(ours.folder))!.tasks.get('tea')!, (await readResults(theirs.folder))!.tasks.get('tea')!];
    assert.deepEqual(b.metrics['acc']!.value, a.metrics['acc']!.value);
    assert.deepEqual(b.metrics['acc_norm']!.value, a.metrics['acc_norm']!.value);
    assert.equal(b.items.length, questions.length);
    assert.deepEqual(b.items.map(({ scores: one }) => one), a.items.map(({ scores: one }) => one), 'right and wrong of each question');
  });

  it('is a step of a study, started by the settings it has there', async () => {
    const study = { name: 'scored', primaryMetric: { task: 'tea', metric: 'acc' }, steps: {
      train: { run: 'pretrain.run.yaml', set: { steps: 4, 'checkpoints.everySteps': 100, 'heldOut.everySteps': 4 } },
      score: { of: 'train', evaluate: { tasks: ['tea.yaml'], engine: 'lm-eval', scaleout: { python: referencePython(), device: 'cpu' } } },
    } };
    writeFileSync(path.join(root, 'scored.study.yaml'), stringify(study));
    const { folder } = await createJob(root, await prepareStudy(root, path.join(root, 'scored.study.yaml')));
    const { state, events } = await runToEnd(folder);
    assert.equal(state.state, 'done', `${state.reason ?? ''}\n${notices(events)}`);
    const jobs = (await listJobs(root)).filter(({ kind, name }) => kind === 'evaluate' && name === 'score');
    assert.equal(jobs.length, 1);
    assert.equal((await readResults(jobs[0]!.folder))!.tasks.get('tea')!.items.length, questions.length);
    assert.match(readFileSync(path.join(jobs[0]!.folder, 'program', 'launch.sh'), 'utf8'), /-m lm_eval run/);
  });

  it('fails with what it lacks, and where it was looked for', async () => {
    const model = await findCheckpoint(root, root, 'pretrain');
    const { folder } = await createJob(root, await prepareEvaluate(root, model, [path.join(root, 'tea.yaml')], {
      name: 'tea', elsewhere: { engine: 'lm-eval', scaleout: await launchSettings(root, { python: '/nowhere/python' }, model.job) },
    }));
    const { state } = await runToEnd(folder);
    assert.equal(state.state, 'failed');
    assert.match(state.reason ?? '', /no Python with lm_eval was found; tried \/nowhere\/python/);
  });
});
