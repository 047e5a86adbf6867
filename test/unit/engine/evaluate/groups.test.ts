// Groups of tasks: within groups, by tag, written out in place, with values of their own.
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { estimateMean } from '../../../../src/base/math/statistics';
import { evaluateTasks, loadTasks } from '../../../../src/engine/evaluate';
import { madeUpModel } from './made-up-model';
import { temporaryFolder, write } from './task-files';

const body = (name: string, more = ''): string => `"task": ${name}\ndataset_path: questions.jsonl\noutput_type: multiple_choice\ntraining_split: null\ndoc_to_text: "{{q}} for ${name}"\ndoc_to_choice: [A, B]\ndoc_to_target: a\nmetric_list:\n  - metric: acc\n${more}`;

describe('a group of tasks', () => {
  const { folder, remove } = temporaryFolder();
  after(remove);
  before(() => {
    write(folder, 'questions.jsonl', Array.from({ length: 7 }, (_, index) => JSON.stringify({ q: `question ${index}`, a: index % 2 })).join('\n'));
    for (const [file, name, more] of [['one', 'first', 'tag: basics\n'], ['two', 'second', 'tag: [basics, other]\n'], ['three', 'third', 'tag:\n  - other  # a comment\n']]) write(folder, `${file!}.yaml`, body(name!, more));
    write(folder, 'inner.yaml', 'group: inner\ntask: basics\naggregate_metric_list:\n  metric: acc\n  weight_by_size: false\n');
    write(folder, 'outer.yaml', [
      'group: outer', 'group_alias: all of it', 'task:', '  - inner', '  - group: written-out', '    task:', '      - task: third', '        task_alias: the third', '        num_fewshot: 0',
      'aggregate_metric_list:', '  - metric: acc', 'num: 1',
    ].slice(0, -1).join('\n'));
  });

  it('holds groups, tags and tasks written out in place, each task once', async () => {
    const { tasks, groups, files } = await loadTasks([path.join(folder, 'outer.yaml'), path.join(folder, 'one.yaml')]);
    assert.deepEqual(tasks.map(({ name }) => name), ['first', 'second', 'third']);
    assert.deepEqual(groups.map(({ name, members, tasks: beneath }) => [name, members, beneath]), [
      ['inner', ['first', 'second'], ['first', 'second']], ['written-out', ['third'], ['third']], ['outer', ['inner', 'written-out'], ['first', 'second', 'third']],
    ]);
    assert.deepEqual(tasks.map(({ config }) => [config.task_alias, config.num_fewshot]), [[undefined, undefined], [undefined, undefined], ['the third', 0]]);
    assert.deepEqual(files.map((file) => path.basename(file)).sort(), ['inner.yaml', 'one.yaml', 'outer.yaml', 'three.yaml', 'two.yaml']);
  });

  it('averages over all tasks beneath it, by size or each alike', async () => {
    const { tasks, groups } = await loadTasks([path.join(folder, 'outer.yaml')]);
    const results = await evaluateTasks(madeUpModel(), tasks, { groups });
    const scores = results.groups.map(({ group, metrics }) => [group.name, metrics.acc?.value]);
    const all = results.tasks.flatMap(({ items }) => items.map((item) => item.scores.acc));
    assert.deepEqual(scores, [['inner', (results.tasks[0]!.metrics.acc!.value + results.tasks[1]!.metrics.acc!.value) / 2], ['written-out', undefined], ['outer', estimateMean(all).value]]);
  });

  it('is refused when it is within itself', async () => {
    write(folder, 'a.yaml', 'group: a\ntask: [b]\n');
    write(folder, 'b.yaml', 'group: b\ntask: [a]\n');
    await assert.rejects(loadTasks([path.join(folder, 'a.yaml')]), /within itself/);
  });

  it('finds what it names in folders below its own', async () => {
    mkdirSync(path.join(folder, 'deep/er'), { recursive: true });
    write(path.join(folder, 'deep/er'), 'questions.jsonl', '{"q": "x", "a": 0}');
    write(path.join(folder, 'deep/er'), 'any.yaml', body('far'));
    const { tasks } = await loadTasks([write(path.join(folder, 'deep'), 'group.yaml', 'group: deep\ntask: [far]\n')]);
    assert.deepEqual(tasks.map(({ name }) => name), ['far']);
  });
});
