// The whole job on real text: PubMed Central articles and PubMedQA abstracts with general text continue the sample's
// base model, real instructions tune it, PubMedQA and MedQA questions evaluate it. A model this small knows no medicine;
// what is tested is that real data goes through every step, finite, falling, complete and counted.
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { stringify } from 'yaml';
import type { MixManifest } from '../../src/engine/data/shard';
import { readEvents } from '../../src/runs/events';
import type { StudyReport } from '../../src/engine/study/report';
import { realDataFolder } from '../real-data';
import { packageRoot, runCli } from './run-cli';
import { sampleRoot } from './sample-root';

const root = path.join(packageRoot, 'dist', 'test', 'real-workspace');

interface JobRow { readonly id: string; readonly kind: string; readonly name: string; readonly state: string }

async function jobs(folder: string): Promise<JobRow[]> {
  return JSON.parse((await runCli(['runs', '--root', folder, '--json'])).output) as JobRow[];
}

function writeWorkspace(data: string, base: string): void {
  rmSync(root, { recursive: true, force: true });
  mkdirSync(root, { recursive: true });
  const at = (file: string): string => path.join(data, file);
  const write = (name: string, content: object): void => { writeFileSync(path.join(root, name), stringify(content)); };
  const tokenizer = path.join(sampleRoot, 'tokenizer');
  write('clinical.mix.yaml', {
    name: 'clinical', tokenizer, sequenceLength: 128, repeatCap: 8,
    sources: {
      articles: { path: at('jats'), format: 'jats', domain: 'clinical', licence: 'per article', phi: 'none' },
      abstracts: { path: at('pubmedqa/pqal_dev500.json'), format: 'pubmedqa', domain: 'clinical', phi: 'none' },
      encyclopaedia: { path: at('general/wiki_demo.txt'), format: 'lines', domain: 'general', role: 'replay', phi: 'none' },
      web: { path: at('general/c4_demo.jsonl'), domain: 'general', role: 'replay', phi: 'none' },
    },
    decontaminate: [at('qa/pubmedqa.sample50.jsonl'), at('qa/medqa.sample50.jsonl')],
    stages: [{ name: 'main', tokens: 160_000, sources: { articles: { share: 0.3 }, abstracts: { share: 0.4 }, encyclopaedia: { share: 0.15 }, web: { share: 0.15 } } }],
    heldOut: { clinical: { source: 'abstracts', fraction: 0.05 }, general: { source: 'web', fraction: 0.05 } },
  });
  write('instructions.mix.yaml', {
    name: 'instructions', tokenizer, sequenceLength: 256,
    sources: {
      alpaca: { path: at('general/alpaca_en_demo.json'), format: 'alpaca', domain: 'general', phi: 'none' },
      chat: { path: at('general/v1_sft_demo.jsonl'), format: 'chat', domain: 'general', phi: 'none' },
    },
    stages: [{ name: 'main', sources: { alpaca: { tokens: 60_000 }, chat: { tokens: 40_000 } } }],
    heldOut: { instructions: { source: 'alpaca', fraction: 0.05 } },
  });
  write('cpt.run.yaml', {
    name: 'cpt', stage: 'pretrain', base, data: 'clinical.mix.yaml', batchSize: 16,
    optimiser: { learningRate: 0.001 }, schedule: { kind: 'constant', warmupFraction: 0.01 },
  });
  write('ift.run.yaml', {
    name: 'ift', stage: 'finetune', base: 'cpt', data: 'instructions.mix.yaml', batchSize: 16, epochs: 2,
    optimiser: { learningRate: 0.0005, weightDecay: 0 }, schedule: { kind: 'cosine', warmupFraction: 0.03 },
  });
  // The PubMedQA sample is in MedQA's form: its options are yes, no and maybe, scored by their text as the task does.
  const tasks = [['pubmedqa', 'medqa_text', 'qa/pubmedqa.sample50.jsonl'], ['medqa_4options', 'medqa_4options', 'qa/medqa.sample50.jsonl']] as const;
  for (const [task, shippedAs, file] of tasks) {
    const shipped = readFileSync(path.join(packageRoot, 'media', 'tasks', `${shippedAs}.yaml`), 'utf8');
    writeFileSync(path.join(root, `${task}.yaml`), shipped.replace(/^task: .*$/m, `task: ${task}`).replace(/test: \S+\.jsonl$/m, `test: ${at(file)}`));
  }
  const evaluate = (of: string): object => ({ evaluate: { tasks: ['pubmedqa.yaml', 'medqa_4options.yaml'] }, of });
  write('real.study.yaml', {
    name: 'real-input', primaryMetric: { task: 'pubmedqa', metric: 'acc' },
    steps: {
      'clinical-mix': { mix: 'clinical.mix.yaml' },
      'instruction-mix': { mix: 'instructions.mix.yaml' },
      'cpt': { run: 'cpt.run.yaml', after: ['clinical-mix'] },
      'ift': { run: 'ift.run.yaml', base: 'cpt', after: ['instruction-mix'] },
      'evaluate-cpt': evaluate('cpt'),
      'evaluate-ift': evaluate('ift'),
    },
    grid: { rows: { clinical: 'continued pretraining' }, columns: { none: 'none', instruct: 'instruct' }, cells: { clinical: { none: 'cpt', instruct: 'ift' } }, base: 'cpt' },
  });
}

describe('a study on real clinical and general text', function () {
  this.timeout(20 * 60_000);
  let report: StudyReport;

  before(async function () {
    const data = realDataFolder();
    if (data === undefined) this.skip();
    const base = (await jobs(sampleRoot)).find((job) => job.kind === 'train' && job.name === 'base');
    assert.ok(base, 'the sample study has run');
    writeWorkspace(data, path.join(sampleRoot, '.preclinical', 'runs', base.id));
    const { code, output } = await runCli(['study', path.join(root, 'real.study.yaml'), '--root', root]);
    console.log(output);
    assert.equal(code, 0, output);
    report = JSON.parse((await runCli(['report', '--root', root, '--json'])).output) as StudyReport;
  });

  /** Values of a metric over a step's training, in order. */
  async function curve(step: string, metric: string): Promise<number[]> {
    const job = report.steps.find((one) => one.name === step)!.job!;
    const events = await readEvents(path.join(root, '.preclinical', 'runs', job));
    return events.flatMap((event) => (event.type === 'metrics' && event.metrics[metric] !== undefined ? [Number(event.metrics[metric])] : []));
  }

  it('has finite, falling losses', async () => {
    for (const step of ['cpt', 'ift']) {
      const losses = await curve(step, 'train/loss');
      assert.ok(losses.length > 10 && losses.every(Number.isFinite), `${step}: every loss is finite`);
      const fifth = Math.floor(losses.length / 5);
      const mean = (values: number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
      assert.ok(mean(losses.slice(-fifth)) < mean(losses.slice(0, fifth)), `${step}: falls`);
    }
  });

  it('lowers held-out loss on real clinical text', async () => {
    const losses = await curve('cpt', 'heldout/clinical/loss');
    assert.ok(losses.at(-1)! < losses[0]!);
  });

  it('scores every question of both sets', () => {
    for (const step of ['cpt', 'ift']) {
      const cell = report.grid.cells.find((one) => one.steps[0] === step)!;
      assert.deepEqual(Object.entries(cell.scores).map(([task, scores]) => [task, scores.acc?.estimate.n]).sort(), [['medqa_4options', 50], ['pubmedqa', 50]]);
    }
  });

  it('counts every record it dropped, with the reason', async () => {
    const built = (await jobs(root)).filter((job) => job.kind === 'mix');
    assert.equal(built.length, 2);
    for (const name of ['clinical', 'instructions']) {
      const { output } = await runCli(['mix', 'plan', path.join(root, `${name}.mix.yaml`), '--json', '--root', root]);
      const { folder } = JSON.parse(output) as { folder: string };
      const manifest = JSON.parse(readFileSync(path.join(folder, 'manifest.json'), 'utf8')) as MixManifest;
      for (const [source, counts] of Object.entries(manifest.counts)) {
        const dropped = Object.values(counts.setAside).reduce((sum, count) => sum + count, 0);
        assert.equal(counts.documentsKept + dropped, counts.documentsRead, `${name}/${source}: kept and dropped make up what was read`);
      }
    }
  });

  it('prints its table', async () => {
    const { output } = await runCli(['report', '--root', root]);
    assert.match(output, /continued pretraining/);
    assert.match(output, /pubmedqa/);
    assert.ok(existsSync(/Report: (\S+)/.exec(output)![1]!));
  });
});
