// An evaluation whose process is killed without a word goes on in the next one and scores nothing twice.
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { readResults, type StoredTask } from '../../../src/runs/scored/read';
import { prepareEvaluate } from '../../../src/engine/jobs/prepare/evaluate';
import type { EvaluateJobFile } from '../../../src/protocol/job-file';
import { createJob } from '../../../src/runs/create';
import { launchJob } from '../../../src/runs/launch';
import { readJobState } from '../../../src/runs/state';
import { makeTinyCheckpoint } from '../../engine/serve/tiny-checkpoint';
import { shippedTask } from '../../unit/engine/evaluate/task-files';

/** So many that an evaluation is far from its end when it is killed, also where this test waits long for its turn. */
const questionCount = 1500;

/** Keys of the scores kept so far; whole lines only. */
function keysOf(folder: string): string[] {
  const file = path.join(folder, 'results', 'cache.jsonl');
  if (!existsSync(file)) return [];
  return readFileSync(file, 'utf8').split('\n').slice(0, -1).map((line) => (JSON.parse(line) as { key: string }).key);
}

async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!await condition()) await delay(5);
}

describe('an evaluation that is killed', () => {
  it('goes on from the scores it kept', async () => {
    // Two workspaces, since in one the second evaluation would take the scores of the first.
    const [root, other] = ['kill', 'whole'].map((name) => mkdtempSync(path.join(tmpdir(), `preclinical-${name}-`))) as [string, string];
    const checkpoint = await makeTinyCheckpoint();
    const lines = Array.from({ length: questionCount }, (_, index) => {
      const options = { A: `aspirin ${index}`, B: `metoprolol ${index}`, C: 'neither', D: 'both of them' };
      return JSON.stringify({ question: `Which drug lowers the pressure of patient ${index}? `.repeat(8), options, answer_idx: 'B', answer: options.B });
    });
    const prepare = (workspace: string): Promise<EvaluateJobFile> => {
      writeFileSync(path.join(workspace, 'questions.jsonl'), `${lines.join('\n')}\n`);
      const task = shippedTask(workspace, 'medqa_text', { test: path.join(workspace, 'questions.jsonl') });
      return prepareEvaluate(workspace, { checkpoint: checkpoint.folder }, [task], { name: 'evaluate-tiny' });
    };

    const whole = await createJob(other, await prepare(other));
    await launchJob(whole.folder);
    await until(async () => (await readJobState(whole.folder)).state === 'done');
    const killed = await createJob(root, await prepare(root));
    let kept = 0;
    for (const wanted of [1, 500]) {
      await launchJob(killed.folder);
      const { pid } = await readJobState(killed.folder);
      await until(() => keysOf(killed.folder).length >= kept + wanted);
      process.kill(pid, 'SIGKILL');
      await until(async () => !(await readJobState(killed.folder)).alive);
      kept = keysOf(killed.folder).length;
      assert.ok(kept < questionCount * 4, 'it was killed before its end');
    }
    await launchJob(killed.folder);
    await until(async () => (await readJobState(killed.folder)).state === 'done');

    const keys = keysOf(killed.folder);
    assert.equal(keys.length, questionCount * 4);
    assert.equal(new Set(keys).size, keys.length, 'nothing is scored twice');
    const scoresOf = async (folder: string): Promise<StoredTask> => (await readResults(folder))!.tasks.get('medqa_text')!;
    const [resumed, undisturbed] = [await scoresOf(killed.folder), await scoresOf(whole.folder)];
    assert.deepEqual(resumed.metrics, undisturbed.metrics);
    assert.equal(resumed.items.length, questionCount);
    // What was left is grouped anew into forward passes, in which float32 sums round otherwise.
    for (const [index, { docId, logLikelihoods }] of resumed.items.entries()) {
      const expected = undisturbed.items[index]!;
      assert.equal(docId, expected.docId);
      for (const [option, value] of logLikelihoods!.entries()) assert.ok(Math.abs(value - expected.logLikelihoods![option]!) < 1e-4, `${docId}, option ${option}: ${value}`);
    }
    for (const workspace of [root, other]) rmSync(workspace, { recursive: true, force: true });
    await checkpoint.remove();
  });
});
