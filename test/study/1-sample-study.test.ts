// The sample study, once in full, as `npm start` runs it: it ends, and it bears the claim it is there to show.
// The number in the file's name makes it the first of this lane: the real-input study goes on from its base.
import assert from 'node:assert/strict';
import { readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import type { StudyReport } from '../../src/engine/study/report';
import { runCli } from './run-cli';
import { sampleRoot } from './sample-root';

describe('the sample study', function () {
  this.timeout(30 * 60_000);
  let report: StudyReport;

  before(async () => {
    rmSync(sampleRoot, { recursive: true, force: true });
    const { code, output } = await runCli(['quickstart', '--root', sampleRoot]);
    console.log(output);
    assert.equal(code, 0, output);
    const printed = await runCli(['report', '--root', sampleRoot, '--json']);
    report = JSON.parse(printed.output) as StudyReport;
  });

  it('lowers held-out clinical loss by continued pretraining', () => {
    const { sets, runs } = report.heldOut;
    const clinical = sets.find((set) => set.domain === 'clinical')!.name;
    const after = (step: string): number => runs.find((run) => run.step === step)!.values[clinical]!.after!.loss;
    assert.ok(after('clinical') < after('base'), `${after('clinical')} against ${after('base')}`);
    assert.ok(after('clinical') < after('general'));
  });

  it('shows continued pretraining as a foundation: CPT then IFT beats base then IFT beyond two standard errors', () => {
    const { result } = report.comparisons[0]!;
    assert.ok(result);
    assert.ok(result.estimate.n >= 100, `${result.estimate.n} questions`);
    assert.ok(result.beyondTwoStandardErrors && result.estimate.value > 0, JSON.stringify(result));
  });

  it('gives the interaction with its interval', () => {
    const result = report.interaction?.result;
    assert.ok(result);
    assert.ok(result.bootstrap[0] <= result.estimate.value && result.estimate.value <= result.bootstrap[1]);
  });

  it('writes a report without any question or passage in it, and without any request to elsewhere', () => {
    const html = readFileSync(path.join(sampleRoot, 'report.html'), 'utf8');
    const questions = readFileSync(path.join(sampleRoot, 'data', 'questions', 'tested.jsonl'), 'utf8').trim().split('\n')
      .map((line) => (JSON.parse(line) as { question: string }).question);
    assert.deepEqual(questions.filter((question) => html.includes(question)), []);
    assert.doesNotMatch(html, /(?:src|href)\s*=\s*["']?(?:https?:)?\/\//i);
    assert.match(html, /<svg/);
  });

  it('does nothing twice: started again, it is done at once with the same jobs', async () => {
    const before = await runCli(['runs', '--root', sampleRoot, '--json']);
    const again = await runCli(['quickstart', '--root', sampleRoot]);
    const after = await runCli(['runs', '--root', sampleRoot, '--json']);
    assert.equal(again.code, 0);
    assert.equal(after.output, before.output);
  });
});
