// What the results panel is fed, from the folders of a study that has run in miniature, and from results of another program.
import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ResultsFeed, type Jobs } from '../../../../src/host/evaluations/results/feed';
import { gridOf } from '../../../../src/host/evaluations/results/grids';
import type { RunEntry } from '../../../../src/host/runs/entry';
import { itemCodes, methodKey, type ResultsLook } from '../../../../src/protocol/panels/results';
import { createJob } from '../../../../src/runs/create';
import { readJobFile } from '../../../../src/runs/job-file';
import { compareResults } from '../../../../src/runs/scored/compare';
import { estimateOverSeeds } from '../../../../src/runs/scored/methods';
import { readResults } from '../../../../src/runs/scored/read';
import { itemWord, makeFinishedStudy } from '../../engine/study/finished-study';

describe('the feed of the results panel', () => {
  let root: string;
  let jobs: Jobs;
  let feed: ResultsFeed;
  const idOf = (name: string): string => jobs.entries.find((entry) => entry.name === name)!.id;
  const look = (more: Partial<ResultsLook>): ResultsLook => ({ type: 'look', shown: [idOf('eval-base'), idOf('eval-cpt-ift')], ...more });

  before(async () => {
    root = mkdtempSync(path.join(tmpdir(), 'preclinical-results-'));
    const { folder, study } = await makeFinishedStudy(root, 60);
    await createJob(root, { schema: 1, kind: 'evaluate', name: 'unfinished', overrides: {}, resolved: { checkpoint: 'x', tasks: [], inputHashes: {} } });
    const runs = path.join(root, '.preclinical/runs');
    const entries = await Promise.all(readdirSync(runs).sort().reverse().map(async (id): Promise<RunEntry> => {
      const file = await readJobFile(path.join(runs, id));
      return {
        id, folder: path.join(runs, id), kind: file.kind, name: file.name, ...(file.of === undefined ? {} : { of: file.of }),
        reading: { state: file.name === 'unfinished' ? 'running' : 'done', at: '', attempt: 1 } as unknown as RunEntry['reading'], labels: { schema: 1 }, progress: {} as RunEntry['progress'],
        steps: file.kind === 'study' ? Object.keys(study.steps).map((step) => ({ step, state: 'done' as const, job: readdirSync(runs).find((one) => one.includes(`-${step}-`) && one.slice(16).startsWith(`${step}-`) && one.slice(16).length === step.length + 5) ?? '' })) : [],
      };
    }));
    const owner = entries.find((entry) => entry.folder === folder)!;
    jobs = { entries, studyOf: (id) => (owner.steps.some(({ job }) => job === id) ? { study: owner, step: owner.steps.find(({ job }) => job === id)!.step } : undefined) };
    feed = new ResultsFeed(() => jobs, () => []);
    assert.equal(await feed.look(), true);
  });
  after(() => { rmSync(root, { recursive: true }); });

  it('holds every finished evaluation with its scores, tasks and the study\'s grid', async () => {
    const { evaluations, tasks, grids } = feed.table();
    assert.equal(evaluations.some(({ name }) => name === 'unfinished'), false);
    assert.equal(evaluations.length, jobs.entries.filter(({ kind }) => kind === 'evaluate').length - 1);
    assert.deepEqual(tasks.map(({ name, metrics, isGroup }) => [name, metrics.join(), isGroup]).sort(), [['blind', 'acc,acc_norm', false], ['facts', 'acc,acc_norm', false]]);
    const base = evaluations.find(({ id }) => id === idOf('eval-base'))!;
    assert.deepEqual(base.scores['facts']!['acc'], (await readResults(jobs.entries.find(({ id }) => id === base.id)!.folder))!.tasks.get('facts')!.metrics['acc']);
    assert.deepEqual(grids.map(({ columns, rows }) => [rows.length, columns.length]), [[3, 3]]);
    assert.deepEqual(grids[0]!.cells[0]![0], [idOf('eval-base')]);
    assert.deepEqual(grids[0]!.base, [idOf('eval-base')]);
    assert.equal(await feed.look(), false, 'nothing is new');
  });

  it('lays several seeds out as one cell, scored over seeds and questions, once all of them are there', async () => {
    const owner = jobs.entries.find(({ kind }) => kind === 'study')!;
    const file = await readJobFile(owner.folder);
    assert.ok(file.kind === 'study');
    const { study } = file.resolved;
    const grid = { ...study.grid!, cells: { clinical: { instruct: ['cpt-ift', 'cpt-nef'], neftune: ['cpt-nef', 'mix'] } }, base: ['base-ift', 'base-nef'] };
    const scored = new Map(jobs.entries.filter(({ kind }) => kind === 'evaluate').map(({ id, of }) => [id, of]));
    const found = gridOf(owner, { ...file, resolved: { ...file.resolved, study: { ...study, grid } } }, scored)!;
    const ids = ['eval-cpt-ift', 'eval-cpt-nef'].map(idOf);
    assert.deepEqual(found.cells[1], [[], ids, []]);
    assert.deepEqual(found.base, ['eval-base-ift', 'eval-base-nef'].map(idOf));
    const { methods } = await feed.changes(look({ shown: ids, methods: { all: [ids], base: found.base } }));
    const tasks = await Promise.all([...ids, ...found.base].map(async (id) => (await readResults(jobs.entries.find((entry) => entry.id === id)!.folder))!.tasks.get('facts')!));
    const method = methods[methodKey(ids)]!['facts']!['acc']!;
    assert.deepEqual(method.score, estimateOverSeeds(tasks.slice(0, 2), [], 'acc')!.estimate);
    assert.deepEqual(method.toBase, estimateOverSeeds(tasks.slice(0, 2), tasks.slice(2), 'acc')!.estimate);
    assert.equal(method.seeds, 2);
  });

  it('tests pairs as the command line does, and gives changes from the base', async () => {
    const pair = [idOf('eval-base'), idOf('eval-cpt-ift')] as const;
    const folders = pair.map((id) => jobs.entries.find((entry) => entry.id === id)!.folder);
    const [first, second] = await Promise.all(folders.map((folder) => readResults(folder)));
    const expected = compareResults(first!, second!).map(({ interval, ...test }) => { assert.equal(interval.length, 2); return test; });
    assert.deepEqual((await feed.pair(pair))!.rows, expected);
    const { toBase } = await feed.changes(look({ base: pair[0] }));
    assert.deepEqual(toBase[pair[1]]!['facts']!['acc'], expected.find(({ task, metric }) => task === 'facts' && metric === 'acc')!.difference);
    assert.deepEqual(toBase[pair[0]]!['facts'], {}, 'none from itself');
  });

  it('lists the questions with what became of each, and one in full', async () => {
    const seen = look({ items: { task: 'facts', metric: 'acc' } });
    const items = (await feed.items(seen))!;
    assert.equal(items.keys.length, 60);
    assert.match(items.excerpts[3]!, new RegExp(`^${itemWord} question 3`));
    const [base] = items.evaluations;
    const right = [...items.block.subarray(0, 60)].filter((code) => code === itemCodes.right).length;
    assert.equal(right / 60, feed.table().evaluations.find(({ id }) => id === base)!.scores['facts']!['acc']!.value);
    const detail = (await feed.detail(seen, items.keys[3]!))!;
    assert.match(detail.prompt, /^Question: .* question 3\?\nAnswer:$/);
    assert.equal(detail.target, `${itemWord} option 3 D`);
    assert.equal(detail.answers.length, 2);
    assert.equal(detail.answers[0]!.options.length, 4);
    assert.ok(Math.abs(detail.answers[0]!.options.reduce((sum, { probability }) => sum + probability, 0) - 1) < 1e-12);
    assert.equal(detail.answers[0]!.isRight, items.block[3] === itemCodes.right);
    const place = (await feed.place(base!, 'facts', items.keys[3]!))!;
    assert.match(readFileSync(place.file, 'utf8').split('\n')[place.line - 1]!, /question 3\?/);
    assert.equal(await feed.place(base!, 'facts', 'nowhere#0'), undefined);
  });

  it('tells calibration and the fields that group questions', async () => {
    const facts = (await feed.facts({ evaluation: idOf('eval-base'), task: 'facts', metric: 'acc' }))!;
    assert.equal(facts.calibration!.n, 60);
    assert.deepEqual([facts.fields, facts.field], [['answer_idx'], 'answer_idx']);
    assert.deepEqual(facts.subgroups.map(({ value, estimate }) => [value, estimate.n]), [['A', 15], ['B', 15], ['C', 15], ['D', 15]]);
    assert.equal(facts.orders, undefined);
  });

  it('reads results that lm-evaluation-harness wrote', async () => {
    const theirs = mkdtempSync(path.join(tmpdir(), 'preclinical-theirs-'));
    cpSync(path.join(process.env['PRECLINICAL_ROOT'] ?? process.cwd(), 'test/fixtures/evaluate/harness-results'), theirs, { recursive: true });
    const entry: RunEntry = { ...jobs.entries.find(({ name }) => name === 'eval-base')!, id: 'theirs', folder: theirs, name: 'theirs' };
    const other = new ResultsFeed(() => ({ entries: [entry], studyOf: () => undefined }), () => []);
    await other.look();
    assert.deepEqual(other.table().evaluations.map(({ id, name }) => [id, name]), [['theirs', 'theirs']]);
    const items = (await other.items({ type: 'look', shown: ['theirs'], items: { task: 'medqa_text', metric: 'acc' } }))!;
    assert.match(items.excerpts[0]!, /^Which vitamin is deficient in scurvy\?$/);
    rmSync(theirs, { recursive: true });
  });
});
