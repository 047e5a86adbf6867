// The experiments of the walkthrough, as the sample workspace has them at its smallest scale: each runs to its table, and
// what an earlier one did is not done again.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { packageRoot } from '../../../src/engine/parts/assets';
import type { StudyReport } from '../../../src/engine/study/report';
import { experiments, isDone } from '../../../src/host/walkthrough/experiments';
import { readJobHeader } from '../../../src/runs/job-file';
import { listJobs } from '../../../src/runs/list';
import { readState } from '../../../src/runs/state';
import { readStatus } from '../../../src/runs/status';

const run = promisify(execFile);

describe('experiments of the walkthrough', function () {
  this.timeout(300_000);
  let root: string;
  const engine = async (...args: string[]): Promise<string> =>
    (await run(process.execPath, [path.join(packageRoot, 'dist', 'engine', 'cli.mjs'), '--root', root, ...args], { maxBuffer: 1 << 26 })).stdout;
  const trainings = async (): Promise<number> => (await listJobs(root)).filter((job) => job.kind === 'train').length;

  before(async () => {
    root = mkdtempSync(path.join(os.tmpdir(), 'preclinical-walkthrough-'));
    await engine('sample', root, '--scale', 'tiny');
  });
  after(() => { rmSync(root, { recursive: true, force: true }); });

  const expected: Readonly<Record<string, { readonly trainings: number; readonly holds: (report: StudyReport) => boolean }>> = {
    continuedPretraining: { trainings: 2, holds: (report) => report.heldOut.runs.length === 2 && report.comparisons[0]?.result !== undefined },
    neftune: { trainings: 4, holds: (report) => report.comparisons[0]?.result !== undefined },
    chainOfThought: { trainings: 4, holds: (report) => report.prompting.length === 1 },
  };

  for (const experiment of experiments) {
    it(`${experiment.study} runs to its table`, async () => {
      const { trainings: count, holds } = expected[experiment.key]!;
      await engine('study', path.join(root, experiment.file));
      assert.equal(await trainings(), count);
      const study = (await listJobs(root)).find((job) => job.kind === 'study' && job.name === experiment.study)!;
      assert.ok(holds(JSON.parse(await engine('report', study.id, '--json')) as StudyReport));
      const header = await readJobHeader(study.folder);
      const reading = await readState(study.folder, (await readStatus(study.folder))!);
      assert.ok(isDone(experiment, [{ kind: 'study', ...(header?.file === undefined ? {} : { file: header.file }), reading }]), 'its step is ticked');
    });
  }
});
