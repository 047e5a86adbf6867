// The evaluate job with a real, if ignorant, model: every question of real question files is scored, the scores are the
// model's own, and the folder says where they came from.
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { loadTask, prepareItems } from '../../../src/engine/evaluate';
import { readResults } from '../../../src/runs/scored/read';
import { createLikelihoodModel, openCheckpoint } from '../../../src/engine/inference';
import { evaluateJob } from '../../../src/engine/jobs/evaluate';
import { prepareEvaluate } from '../../../src/engine/jobs/prepare/evaluate';
import type { Provenance } from '../../../src/protocol/provenance';
import { createJob } from '../../../src/runs/create';
import { readEvents } from '../../../src/runs/events';
import { runJob } from '../../../src/runs/run-job';
import { realDataFolder } from '../../real-data';
import { fixtures, shippedTask } from '../../unit/engine/evaluate/task-files';
import { makeTinyCheckpoint, type TinyCheckpoint } from '../serve/tiny-checkpoint';

describe('the evaluate job', () => {
  let root: string;
  let checkpoint: TinyCheckpoint;
  before(async () => {
    root = mkdtempSync(path.join(tmpdir(), 'preclinical-evaluate-'));
    checkpoint = await makeTinyCheckpoint();
  });
  after(async () => {
    rmSync(root, { recursive: true, force: true });
    await checkpoint.remove();
  });

  const run = async (taskFiles: string[], limit?: number): Promise<string> => {
    const file = await prepareEvaluate(root, { checkpoint: checkpoint.folder }, taskFiles, { name: 'evaluate-tiny', ...(limit === undefined ? {} : { limit }) });
    const { folder } = await createJob(root, file);
    assert.equal(await runJob(folder, { evaluate: evaluateJob }), 0);
    return folder;
  };

  it('scores with the model\'s own log-likelihoods and says where they came from', async () => {
    const taskFile = shippedTask(root, 'medqa_text', { test: path.join(fixtures, 'questions/medqa.jsonl') });
    const folder = await run([taskFile]);
    const results = await readResults(folder);
    assert.equal(results?.tasks.get('medqa_text')?.items.length, 7);
    const [item] = (await prepareItems(await loadTask(taskFile))).items;
    const loaded = await openCheckpoint(checkpoint.folder);
    const [expected] = await createLikelihoodModel(loaded).logLikelihood([{ context: item!.context, continuation: item!.continuations[0]! }]);
    loaded.model.dispose();
    const samples = readFileSync(results.file.replace('results_', 'samples_medqa_text_').replace(/json$/, 'jsonl'), 'utf8').split('\n');
    const row = JSON.parse(samples[0]!) as { resps: [[string, string]][] };
    assert.ok(Math.abs(Number(row.resps[0]![0][0]) - expected!.logLikelihood) < 1e-4);
    const provenance = JSON.parse(readFileSync(path.join(folder, 'provenance.json'), 'utf8')) as Provenance;
    assert.deepEqual(provenance.inputs.map((input) => path.basename(input.path)), ['medqa_text.yaml', 'medqa.jsonl']);
    assert.equal(provenance.attempts[0]?.backend, 'wasm');
    const progress = (await readEvents(folder)).filter((event) => event.type === 'progress').at(-1);
    assert.deepEqual([progress?.label, progress?.done, progress?.total], ['medqa_text', 7, 7]);
  });

  it('scores every question of real files', async function () {
    const data = realDataFolder();
    if (data === undefined) this.skip();
    const folder = await run([
      shippedTask(root, 'medqa_4options', { test: path.join(data, 'qa/medqa.sample50.jsonl') }),
      shippedTask(root, 'medqa_letters', { test: path.join(data, 'qa/medqa_5options.sample50.jsonl') }),
      shippedTask(root, 'pubmedqa', { test: path.join(data, 'pubmedqa/pqal_dev500.json') }),
    ], 20);
    const { tasks } = (await readResults(folder))!;
    for (const [name, original] of [['medqa_4options', 50], ['medqa_letters', 50], ['pubmedqa', 500]] as const) {
      const task = tasks.get(name)!;
      assert.deepEqual([task.items.length, task.originalCount, task.setAsideCount], [20, original, 0]);
      assert.ok(task.metrics['acc']!.standardError! >= 0);
    }
  });
});
