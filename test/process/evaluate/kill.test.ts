// An evaluation whose process is killed without a word goes on in the next one and scores nothing twice.
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { readResults } from '../../../src/runs/scored/read';
import { prepareEvaluate } from '../../../src/engine/jobs/prepare/evaluate';
import type { EvaluateJobFile } from '../../../src/protocol/job-file';
import { createJob } from '../../../src/runs/create';
import { launchJob } from '../../../src/runs/launch';
import { readJobState } from '../../../src/runs/state';
import { makeTinyCheckpoint } from '../../engine/serve/tiny-checkpoint';
import { shippedTask } from '../../unit/engine/evaluate/task-files';

const questionCount = 240;

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
    for (const wanted of [1, 300]) {
      await launchJob(killed.folder);
      await until(() => keysOf(killed.folder).length >= wanted);
      process.kill((await readJobState(killed.folder)).pid, 'SIGKILL');
      await until(async () => !(await readJobState(killed.folder)).alive);
      assert.ok(keysOf(killed.folder).length < questionCount * 4, 'it was killed before its end');
    }
    await launchJob(killed.folder);
    await until(async () => (await readJobState(killed.folder)).state === 'done');

    const keys = keysOf(killed.folder);
    assert.equal(keys.length, questionCount * 4);
    assert.equal(new Set(keys).size, keys.length, 'nothing is scored twice');
    const scoresOf = async (folder: string) => (await readResults(folder))!.tasks.get('medqa_text');
    assert.deepEqual(await scoresOf(killed.folder), await scoresOf(whole.folder));
    for (const workspace of [root, other]) rmSync(workspace, { recursive: true, force: true });
    await checkpoint.remove();
  });
});
