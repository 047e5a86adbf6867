// The known tasks against lm-evaluation-harness's own task files, on the same questions: as the Hub has them and as their
// authors distribute them. Written by test/reference/make_multimedqa.py.
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { UserError } from '../../../../src/base/errors/problem';
import { csvRow } from '../../../../src/base/text/csv';
import { evaluateTasks, knownTaskFile, loadTask, loadTasks, prepareItems, type EvaluationResults } from '../../../../src/engine/evaluate';
import { madeUpModel } from './made-up-model';
import { fixtures, temporaryFolder, write } from './task-files';

interface Sample { readonly context: string; readonly continuations: readonly string[]; readonly target: string; readonly doc_hash: string; readonly acc: number }
interface Expected {
  readonly group: { readonly 'acc,none': number; readonly 'acc_stderr,none': number; readonly sample_len: number };
  readonly group_subtasks: Readonly<Record<string, readonly string[]>>;
  readonly aliases: Readonly<Record<string, string>>;
  readonly samples: Readonly<Record<string, readonly Sample[]>>;
}

const hub = path.join(fixtures, 'multimedqa/data');
const expected = JSON.parse(readFileSync(path.join(fixtures, 'multimedqa/expected.json'), 'utf8')) as Expected;
const records = (name: string): Record<string, unknown>[] => readFileSync(path.join(hub, name), 'utf8').trimEnd().split('\n').map((line) => JSON.parse(line) as Record<string, unknown>);

async function evaluateGroup(dataFolder: string): Promise<EvaluationResults> {
  const { tasks, groups } = await loadTasks([knownTaskFile('multimedqa')!], { dataFolder });
  return evaluateTasks(madeUpModel(), tasks, { groups, prompt: { fewshotCount: 2 } });
}

function samplesOf(results: EvaluationResults): Record<string, Omit<Sample, 'doc_hash'>[]> {
  return Object.fromEntries(results.tasks.map(({ task, items }) => [task.name, items.map((item) =>
    ({ context: item.context, continuations: item.continuations, target: String(item.target), acc: item.scores.acc }))]));
}

const withoutHashes = Object.fromEntries(Object.entries(expected.samples).map(([task, samples]) =>
  [task, samples.map(({ context, continuations, target, acc }) => ({ context, continuations, target, acc }))]));

describe('the MultiMedQA group', () => {
  const { folder, remove } = temporaryFolder();
  after(remove);

  it("has the prompts, hashes, scores and group score of the harness's own tasks, on files of the Hub", async () => {
    const results = await evaluateGroup(hub);
    assert.deepEqual(samplesOf(results), withoutHashes);
    for (const { task, items } of results.tasks) {
      assert.deepEqual(items.map(({ docHash }) => docHash), expected.samples[task.name]!.map((sample) => sample.doc_hash), task.name);
      assert.equal(task.config.task_alias ?? task.name, expected.aliases[task.name]);
    }
    const [{ group, metrics } = assert.fail()] = results.groups;
    assert.deepEqual(group.tasks, expected.group_subtasks['multimedqa']);
    assert.equal(metrics.acc!.n, expected.group.sample_len);
    assert.ok(Math.abs(metrics.acc!.value - expected.group['acc,none']) < 1e-12);
    assert.ok(Math.abs(metrics.acc!.standardError! - expected.group['acc_stderr,none']) < 1e-12);
  });

  it("has the same prompts and scores on the authors' files", async () => {
    const authors = path.join(folder, 'authors');
    const put = (name: string, text: string): void => {
      mkdirSync(path.dirname(path.join(authors, name)), { recursive: true });
      writeFileSync(path.join(authors, name), text);
    };
    const lines = (rows: readonly object[]): string => rows.map((row) => `${JSON.stringify(row)}\n`).join('');
    for (const [split, name] of [['train', 'train'], ['test', 'test']]) {
      put(`medqa/questions/US/4_options/phrases_no_exclude_${split!}.jsonl`, lines(records(`medqa/${name!}.json`).map((one) =>
        ({ question: one['sent1'], options: { A: one['ending0'], B: one['ending1'], C: one['ending2'], D: one['ending3'] }, answer_idx: 'ABCD'[Number(one['label'])] }))));
    }
    for (const [authorsName, name] of [['train', 'train'], ['dev', 'validation']]) {
      put(`medmcqa/${authorsName!}.json`, lines(records(`medmcqa/${name!}.jsonl`).map((one) => ({ ...one, cop: Number(one['cop']) + 1 }))));
    }
    for (const [file, name] of [['pqal_fold0/train_set', 'train'], ['test_set', 'test']]) {
      put(`pubmedqa/${file!}.json`, JSON.stringify(Object.fromEntries(records(`pubmedqa/${name!}.jsonl`).map((one, index) => [`pmid${index}`, one])), undefined, 1));
    }
    for (const task of expected.group_subtasks['multimedqa']!.filter((name) => name.startsWith('mmlu_'))) {
      const subject = task.slice('mmlu_'.length);
      for (const split of ['test', 'dev']) {
        put(`mmlu/data/${split}/${subject}_${split}.csv`, records(`mmlu/${subject}/${split}.jsonl`).map(({ question, choices, answer }) =>
          `${csvRow([question as string, ...choices as string[], 'ABCD'[answer as number]!])}\n`).join(''));
      }
    }
    assert.deepEqual(samplesOf(await evaluateGroup(authors)), withoutHashes);
  });

  it('has MedQA with five options', async () => {
    const question = { question: 'Which?', options: { A: 'a', B: 'b', C: 'c', D: 'd', E: 'e' }, answer_idx: 'E', answer: 'e' };
    mkdirSync(path.join(folder, 'five/medqa'), { recursive: true });
    writeFileSync(path.join(folder, 'five/medqa/test.jsonl'), JSON.stringify(question));
    const [item] = (await prepareItems(await loadTask(knownTaskFile('medqa_5options')!, { dataFolder: path.join(folder, 'five') }))).items;
    assert.equal(item!.context, 'Question: Which?\nA. a\nB. b\nC. c\nD. d\nE. e\nAnswer:');
    assert.equal(item!.gold, 4);
  });

  it('says where missing questions are to be had, and refuses what it cannot read', async () => {
    const problemOf = async (promise: Promise<unknown>): Promise<string> => {
      const error = await promise.then(() => assert.fail('no problem was found'), (reason: unknown) => reason);
      assert.ok(error instanceof UserError);
      return `${error.problems[0]!.code} ${error.message}`;
    };
    assert.match(await problemOf(evaluateGroup(folder)), /questions-not-found .*split_dataset\.py.*pubmedqa\/test_set\.json.*--data/);
    mkdirSync(path.join(folder, 'ambiguous/medmcqa'), { recursive: true });
    const task = { question: 'Q', opa: 'a', opb: 'b', opc: 'c', opd: 'd' };
    writeFileSync(path.join(folder, 'ambiguous/medmcqa/dev.json'), [1, 2, 3].map((cop) => JSON.stringify({ ...task, cop })).join('\n'));
    assert.match(await problemOf(loadTask(knownTaskFile('medmcqa')!, { dataFolder: path.join(folder, 'ambiguous') }).then((one) => prepareItems(one))), /medmcqa-base/);
    const body = 'task: t\ndataset_path: q.jsonl\noutput_type: multiple_choice\ndoc_to_choice: [A, B]\ndoc_to_target: 0\n';
    assert.match(await problemOf(loadTask(write(folder, 'own.yaml', `${body}doc_to_text: !function utils.make_prompt\n`))), /task-needs-python .*:6: .*utils\.make_prompt/);
    assert.match(await problemOf(loadTasks([write(folder, 'group.yaml', 'group: g\ntask: [nowhere]\n')])), /group-unknown-task/);
    assert.match(await problemOf(loadTask(write(folder, 'circle.yaml', 'include: circle.yaml\n'))), /task-include-circle/);
    // In YAML 1.1, as Python reads it, a bare yes is no text.
    assert.match(await problemOf(loadTask(write(folder, 'yes.yaml', `${body.replace('[A, B]', '[yes, no]')}doc_to_text: x\n`))), /doc_to_choice/);
  });
});
