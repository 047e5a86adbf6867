// The report of a study that has run: its numbers agree with the results they come from, its page stands alone and
// shows no text of a question.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { estimateMean, pairedDifference } from '../../../../src/base/math/statistics';
import { alignScores } from '../../../../src/runs/scored/align';
import { readResults, type StoredTask } from '../../../../src/runs/scored/read';
import { studySchema } from '../../../../src/documents/study/schema';
import { collectGrid } from '../../../../src/engine/study/report/collect/grid';
import { collectReport, gridTables, longTable, printReportTable, type StudyReport } from '../../../../src/engine/study/report';
import { renderReportHtml } from '../../../../src/engine/study/report/page/page';
import { listJobs } from '../../../../src/runs/list';
import { itemWord, makeFinishedStudy, type FinishedStudy } from './finished-study';

describe('study report', () => {
  const root = mkdtempSync(path.join(tmpdir(), 'preclinical-report-'));
  let made: FinishedStudy;
  let report: StudyReport;
  before(async () => {
    made = await makeFinishedStudy(root);
    report = await collectReport(root, made.folder, new Date('2026-01-02T03:04:05Z'));
  });
  after(() => { rmSync(root, { recursive: true, force: true }); });

  const storedTask = async (step: string, task: string): Promise<StoredTask> => {
    const job = (await listJobs(root)).find((one) => one.name === `eval-${step}`)!;
    return (await readResults(job.folder))!.tasks.get(task)!;
  };
  const cellOf = (step: string) => report.grid.cells.find((cell) => cell.steps.join() === step)!;

  it('gives a cell of several seeds one score over seeds and questions', async () => {
    const study = studySchema.parse({ ...made.study, grid: { ...made.study.grid!, cells: { clinical: { instruct: ['cpt-ift', 'cpt-nef'], neftune: ['cpt-nef', 'never-run'] } }, base: ['base-ift', 'base-nef'] }, steps: { ...made.study.steps, 'never-run': { run: 'x.run.yaml' } } });
    const names = ['cpt-ift', 'cpt-nef', 'base-ift', 'base-nef', 'cpt'];
    const stored = await Promise.all(names.map((name) => storedTask(name, 'facts')));
    const { cells, base } = collectGrid(study, new Map(names.map((name, index) => [name, new Map([['facts', stored[index]!]])])));
    assert.equal(base, 'base-ift, base-nef');
    const score = cells[0]!.scores['facts']!.acc!;
    const means = stored.slice(0, 2).map(({ metrics }) => metrics['acc']!.value);
    const baseMeans = stored.slice(2, 4).map(({ metrics }) => metrics['acc']!.value);
    assert.ok(Math.abs(score.estimate.value - (means[0]! + means[1]!) / 2) < 1e-12);
    assert.equal(score.seeds?.count, 2);
    assert.ok(Math.abs(score.seeds.deviation - Math.abs(means[0]! - means[1]!) / Math.SQRT2) < 1e-12);
    assert.ok(Math.abs(score.toBase!.estimate.value - (means[0]! + means[1]! - baseMeans[0]! - baseMeans[1]!) / 2) < 1e-12);
    // Both start from the same model, so the change from it is that from one run, told once for each.
    assert.ok(Math.abs(score.toParent!.estimate.value - score.estimate.value + stored[4]!.metrics['acc']!.value) < 1e-12);
    assert.equal(cells[0]!.parent, 'cpt');
    assert.deepEqual(cells[1]!.scores, { facts: {} }, 'a seed is missing');
  });

  it('lays the runs out as the study file says, with paired differences to parent and base', async () => {
    assert.deepEqual(report.grid.cells.map(({ row, column, steps, parent }) => [row, column, steps.join(), parent ?? null]).slice(0, 4), [
      ['base', 'none', 'base', null], ['base', 'instruct', 'base-ift', 'base'], ['base', 'neftune', 'base-nef', 'base'], ['clinical', 'none', 'cpt', 'base'],
    ]);
    const score = cellOf('cpt-ift').scores['facts']!.acc_norm!;
    const [a, b, c] = alignScores([await storedTask('cpt-ift', 'facts'), await storedTask('cpt', 'facts'), await storedTask('base', 'facts')], 'acc_norm') as [number[], number[], number[]];
    assert.equal(a.length, 80);
    assert.deepEqual(score.estimate, estimateMean(a));
    assert.deepEqual(score.toParent?.estimate, pairedDifference(a, b));
    assert.deepEqual(score.toBase?.estimate, pairedDifference(a, c));
    assert.ok(score.interval![0] < score.estimate.value && score.estimate.value < score.interval![1]);
    assert.equal(cellOf('base').scores['facts']!.acc_norm!.toBase, undefined);
  });

  it('computes the interaction and the named comparisons', () => {
    const value = (step: string): number => cellOf(step).scores['facts']!.acc_norm!.estimate.value;
    const { result } = report.interaction!;
    assert.ok(Math.abs(result!.estimate.value - (value('cpt-ift') - value('cpt') - value('base-ift') + value('base'))) < 1e-12);
    assert.ok(result!.beyondTwoStandardErrors);
    assert.ok(result!.bootstrap[0] > 0);
    const [first, second] = report.comparisons;
    assert.ok(first!.result!.beyondTwoStandardErrors && first!.result!.p < 0.001);
    assert.ok(first!.result!.adjustedP >= first!.result!.p && second!.result!.adjustedP >= second!.result!.p);
  });

  it('describes the tasks: guessing, records set aside, which are question-blind', () => {
    assert.deepEqual(report.tasks, [
      { task: 'facts', questions: 80, chance: 0.25, shots: 0, setAside: 1, questionBlind: false, metrics: ['acc', 'acc_norm'] },
      { task: 'blind', questions: 80, chance: 0.25, shots: 0, setAside: 1, questionBlind: true, metrics: ['acc', 'acc_norm'] },
    ]);
  });

  it('gives held-out losses by domain, curves, prompting, settings and provenance', () => {
    assert.deepEqual(report.heldOut.sets, [{ name: 'passages', domain: 'clinical' }, { name: 'encyclopaedia', domain: 'general' }, { name: 'domain/clinical', domain: 'clinical', isWholeDomain: true }]);
    assert.match(printReportTable(report), /clinical \(all its sets\)/);
    const { before: start, after: end } = report.heldOut.runs.find(({ step }) => step === 'cpt')!.values['passages']!;
    assert.ok(start!.loss > end!.loss);
    assert.deepEqual([...new Set(report.curves.map(({ group }) => group))], ['Training of the base model', 'Continued pretraining', 'Instruct fine-tuning']);
    const tuning = report.curves.find(({ group, title }) => group === 'Instruct fine-tuning' && title === 'Training loss')!;
    assert.equal(tuning.series.length, 6);
    assert.ok(tuning.series.every(({ points }) => points.length <= 160 && points.at(-1)![0] === 400));
    const [direct, thought] = report.prompting[0]!.strategies;
    assert.equal(direct!.accuracy.estimate.value, 0.5);
    assert.ok(Math.abs(thought!.failureRate - 0.2) < 1e-12);
    assert.ok(Math.abs(thought!.toFirst!.estimate.value + 0.1) < 1e-12);
    assert.equal(report.runs.find(({ step }) => step === 'cpt-nef')!.values['NEFTune'], 'α 5, length example');
    assert.equal(report.mixes[0]!.stages[0]!.sources[0]!.share, 0.8);
    assert.equal(report.provenance[0]!.values['commit'], '0123456789ab with changes');
  });

  it('says in words what did not help, what is missing and how far the numbers carry', () => {
    const text = report.notes.join('\n');
    assert.match(text, /one seed is a single run/);
    assert.match(text, /Step mix is not done \(failed: the disk was full\)/);
    assert.match(text, /Did not measurably change the primary metric .*general from base/);
    assert.match(text, /NEFTune made no measurable difference on the primary metric \(points\): base-nef against base-ift/);
    assert.match(text, /no measurable help over direct \(points\): chain-of-thought −10\.0/);
    assert.match(text, /name no option, which count as wrong: chain-of-thought 20\.0 %/);
    assert.match(text, /Knowing the question adds \+\d+\.\d ± \d\.\d points to cpt-nef/);
    assert.doesNotMatch(text, /interaction is not/);
  });

  it('prints an aligned table', () => {
    const text = printReportTable(report);
    const lines = text.split('\n');
    const start = lines.findIndex((line) => line.startsWith('facts acc_norm'));
    assert.match(lines[start]!, /\(primary metric, acc is the same, 80 questions, guessing 25\.0\)/);
    assert.deepEqual(lines[start + 1]!.trim().split(/ {2,}/), Object.values(made.study.grid!.columns));
    assert.deepEqual(lines.slice(start + 2, start + 5).map((line) => line.split(/ {2,}/)[0]), Object.values(made.study.grid!.rows));
    assert.equal(new Set(lines.slice(start + 1, start + 5).map((line) => line.length)).size, 1);
    assert.match(text, /^blind acc, % ± standard error \(acc_norm is the same, 80 questions, guessing 25\.0, question-blind\)$/m);
    assert.match(text, /Interaction \(cpt-ift − cpt\) − \(base-ift − base\): \+\d/);
  });

  it('makes a page that asks for nothing, runs nothing foreign and shows no question', () => {
    const page = renderReportHtml(report, { style: 'b { color: red }', script: 'const one = "1";\n//# sourceMappingURL=report.js.map\n' });
    assert.ok(!page.includes(itemWord) && !printReportTable(report).includes(itemWord));
    assert.ok(!page.includes('secret-host') && !page.includes('sourceMappingURL'));
    assert.doesNotMatch(page, /https?:\/\/|\ssrc=|url\(|@import|<link/);
    assert.match(page, /made-up study for tests of the report &#60;with markup&#62;/);
    const hash = createHash('sha256').update('const one = "1";').digest('base64');
    const policy = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(page)![1]!.replaceAll('&#39;', '\'');
    assert.ok(policy.startsWith('default-src \'none\';') && policy.includes(`script-src 'sha256-${hash}'`), policy);
    assert.doesNotMatch(page, /\sstyle="/, 'inline styles would be refused by the policy');
    const embedded = /<script type="application\/json" id="report">(.*?)<\/script>/s.exec(page)![1]!;
    assert.ok(!embedded.includes('<'));
    assert.deepEqual(JSON.parse(embedded), JSON.parse(JSON.stringify(report)));
  });

  it('tells series apart without colour and repeats them as numbers', () => {
    const page = renderReportHtml(report, { style: '', script: '' });
    const figures = page.split('<figure').slice(1);
    assert.equal(figures.length, report.curves.length);
    for (const [index, figure] of figures.entries()) {
      const { series } = report.curves[index]!;
      const looks = [...figure.matchAll(/<li data-series="\d+"><svg[^>]*><line [^>]*?(stroke-dasharray="[^"]*")? x1[^>]*\/><(\w+) [^>]*?(d="M[^l]*l[\d.]+ [\d.]+)?/g)].map(([, dash, shape, path_]) => `${dash ?? 'solid'} ${shape!} ${path_ ?? ''}`);
      assert.equal(looks.length, series.length);
      assert.equal(new Set(looks).size, series.length);
      assert.equal([...figure.matchAll(/<polyline/g)].length, series.length);
      assert.match(figure, /<details><summary>Numbers/);
    }
  });

  it('reports a study that has only begun', async () => {
    const other = mkdtempSync(path.join(tmpdir(), 'preclinical-report-'));
    const { createJob } = await import('../../../../src/runs/create');
    const job = await createJob(other, { schema: 1, kind: 'study', name: 'begun', overrides: {}, resolved: { study: made.study, folder: '.' } });
    const begun = await collectReport(other, job.folder);
    assert.ok(begun.steps.every((step) => step.state === 'not started'));
    assert.equal(begun.interaction!.result, undefined);
    assert.match(printReportTable(begun), /not evaluated/);
    assert.match(renderReportHtml(begun, { style: '', script: '' }), /not evaluated yet/);
    rmSync(other, { recursive: true, force: true });
  });

  it('gives its tables to other programs: every cell of the grid, said to be a single run', () => {
    const { task, metric } = report.primaryMetric;
    const [primary] = gridTables(report);
    assert.match(primary!.title, new RegExp(`^${task} ${metric}, .*a single run each$`));
    assert.equal(primary!.rows.length, report.grid.rows.length);
    const rows = longTable(report).rows.filter(([rowTask, rowMetric, , , what]) => rowTask === task && rowMetric === metric && what === 'accuracy');
    assert.deepEqual(
      rows.map(([, , row, column, , percent]) => [row, column, percent]),
      report.grid.cells.flatMap((cell) => {
        const score = cell.scores[task]?.[metric];
        return score ? [[cell.row, cell.column, (score.estimate.value * 100).toFixed(1)]] : [];
      }),
    );
    assert.ok(longTable(report).rows.flat().every((cell) => !cell.includes('−')));
  });
});
