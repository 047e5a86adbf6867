// The sample study, once in full, as `npm start` runs it: it ends, and it bears the claim it is there to show.
// The number in the file's name makes it the first of this lane: the real-input study goes on from its base.
import assert from 'node:assert/strict';
import { existsSync, readFileSync, rmSync } from 'node:fs';
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
    const loss = (run: string): number => report.runs.find((one) => one.step === run)!.heldOut.find((set) => set.domain === 'clinical')!.loss;
    assert.ok(loss('cpt-clinical') < loss('base'), `${loss('cpt-clinical')} against ${loss('base')}`);
    assert.ok(loss('cpt-clinical') < loss('cpt-general'));
  });

  it('shows continued pretraining as a foundation: CPT then IFT beats base then IFT beyond two standard errors', () => {
    const comparison = report.comparisons[0]!;
    assert.ok(comparison.items >= 100, `${comparison.items} questions`);
    assert.ok(comparison.difference > 2 * comparison.standardError, `${comparison.difference} ± ${comparison.standardError}`);
  });

  it('prints an interaction with its interval', () => {
    assert.ok(report.interaction);
    assert.ok(report.interaction.interval[0] < report.interaction.estimate && report.interaction.estimate < report.interaction.interval[1]);
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

  it('leaves no patient-like text outside the workspace', () => {
    assert.ok(existsSync(path.join(sampleRoot, '.preclinical', '.gitignore')));
  });
});
