// Bad input in a user's file is one message with file, line, key, value and next step.
import assert from 'node:assert/strict';
import { formatProblem } from '../../../src/base/errors/problem';
import { parseMix } from '../../../src/documents/mix/parse';
import { parseRun } from '../../../src/documents/run/parse';
import { parseStudy } from '../../../src/documents/study/parse';

const mix = `name: demo
tokenizer: tokenizer
sources:
  notes: { path: notes.jsonl, domain: clinical }
  books: { path: books.txt, domain: general, role: replay }
stages:
  - name: main
    tokens: 1000
    sources:
      notes: { share: 0.8 }
      books: { share: 0.2 }
`;

const run = `name: demo
stage: pretrain
base: { new: { hiddenSize: 64, intermediateSize: 128, layers: 1, heads: 4, keyValueHeads: 2 } }
data: demo.mix.yaml
batchSize: 4
optimiser: { learningRate: 0.001 }
`;

const study = `name: demo
primaryMetric: { task: facts, metric: acc_norm }
steps:
  base: { run: base.run.yaml }
  tuned: { run: tuned.run.yaml, base: base }
  score: { evaluate: { tasks: [facts.yaml] }, of: tuned }
`;

describe('parseMix', () => {
  it('reads a mix and fills in defaults', () => {
    const { document, problems } = parseMix(mix, 'demo.mix.yaml');
    assert.deepEqual(problems, []);
    assert.equal(document?.sequenceLength, 1024);
    assert.equal(document.sources['notes']?.format, 'auto');
    assert.equal(document.deduplicate.exact, true);
  });

  it('names file, line, key and next step of a misspelt key', () => {
    const { document, problems } = parseMix(mix.replace('domain: clinical', 'domian: clinical'), 'demo.mix.yaml');
    assert.equal(document, undefined);
    const unknown = problems.find((problem) => problem.code === 'unknown-key');
    assert.ok(unknown);
    assert.equal(unknown.line, 4);
    assert.equal(unknown.key, 'sources.notes.domian');
    assert.match(formatProblem(unknown), /^demo\.mix\.yaml:4:\d+: sources\.notes\.domian: this key is not known/);
    assert.ok(unknown.next);
  });

  it('places YAML syntax errors', () => {
    const { problems } = parseMix('name: demo\nsources: [\n', 'demo.mix.yaml');
    assert.equal(problems[0]?.code, 'yaml-syntax');
    assert.ok(problems[0].line);
  });

  it('refuses a stage that combines kinds', () => {
    const { problems } = parseMix(mix.replace('{ share: 0.2 }', '{ epochs: 2 }'), 'demo.mix.yaml');
    assert.deepEqual(problems.map((problem) => problem.code), ['mix-kinds-combined']);
  });

  it('refuses shares that do not sum to 1, and says their sum', () => {
    const { problems } = parseMix(mix.replace('share: 0.2', 'share: 0.3'), 'demo.mix.yaml');
    assert.equal(problems[0]?.code, 'mix-shares-sum');
    assert.equal(problems[0].value, '1.1');
  });

  it('names the sources there are when a stage names another', () => {
    const { problems } = parseMix(mix.replace('      books:', '      bokks:'), 'demo.mix.yaml');
    assert.equal(problems[0]?.value, 'bokks');
    assert.match(problems[0].next ?? '', /notes, books/);
  });
});

describe('parseRun', () => {
  it('reads a run and applies overrides by dotted key', () => {
    const { document } = parseRun(run, 'demo.run.yaml', { overrides: { 'optimiser.learningRate': 0.5, 'schedule.kind': 'cosine' } });
    assert.equal(document?.optimiser.learningRate, 0.5);
    assert.equal(document.schedule.kind, 'cosine');
  });

  it('gives the value found beside a wrong type', () => {
    const { problems } = parseRun(run.replace('batchSize: 4', 'batchSize: many'), 'demo.run.yaml');
    assert.equal(problems[0]?.key, 'batchSize');
    assert.equal(problems[0].line, 5);
    assert.equal(problems[0].value, '"many"');
  });

  it('reports the nearest alternative of a union', () => {
    const { problems } = parseRun(run.replace('hiddenSize: 64', 'hiddenSize: -1'), 'demo.run.yaml');
    assert.equal(problems[0]?.key, 'base.new.hiddenSize');
    assert.equal(problems[0].value, '-1');
  });

  it('refuses heads that cannot be grouped', () => {
    const { problems } = parseRun(run.replace('keyValueHeads: 2', 'keyValueHeads: 3'), 'demo.run.yaml');
    assert.equal(problems[0]?.code, 'run-head-groups');
  });

  it('refuses what the family of a new model does not have', () => {
    const codes = (shape: string): string[] => parseRun(run.replace('keyValueHeads: 2', `keyValueHeads: 2, ${shape}`), 'demo.run.yaml').problems.map(({ code, key }) => `${code} ${key}`);
    assert.deepEqual(codes('family: mixtral, experts: { count: 4 }, slidingWindow: 8'), []);
    assert.deepEqual(codes('family: llama, attentionBias: true, feedForwardBias: true'), []);
    assert.deepEqual(codes('family: llama, slidingWindow: 8'), ['run-family-field base.new.slidingWindow']);
    assert.deepEqual(codes('experts: {}, attentionBias: true'), ['run-family-field base.new.attentionBias', 'run-family-field base.new.experts']);
    assert.deepEqual(codes('family: mixtral, experts: { count: 2, perToken: 3 }'), ['run-experts base.new.experts.perToken']);
  });

  it('refuses two kinds of warm-up', () => {
    const { problems } = parseRun(`${run}schedule: { warmupSteps: 3, warmupFraction: 0.1 }\n`, 'demo.run.yaml');
    assert.equal(problems[0]?.code, 'run-two-warmups');
  });
});

describe('parseStudy', () => {
  it('reads a study', () => {
    assert.deepEqual(parseStudy(study, 'demo.study.yaml').problems, []);
  });

  it('names the steps there are when one waits on another', () => {
    const { problems } = parseStudy(study.replace('base: base', 'base: bass'), 'demo.study.yaml');
    assert.equal(problems[0]?.code, 'study-unknown-step');
    assert.match(problems[0].next ?? '', /base, tuned, score/);
  });

  it('lets another engine score, started as the run was but for the keys that are given', () => {
    const steps = (lines: string): string => study.replace('[facts.yaml]', `[facts.yaml]${lines}`);
    const { document } = parseStudy(steps(', engine: lm-eval, scaleout: { python: py }'), 'demo.study.yaml');
    assert.deepEqual(Object.values(document!.steps).flatMap((step) => ('evaluate' in step ? step.evaluate.scaleout : [])), [{ python: 'py' }]);
    const codes = ['scaleout: { python: py }', 'engine: lm-eval, rotateOptions: true'].map((lines) => parseStudy(steps(`, ${lines}`), 'demo.study.yaml').problems.map(({ code, key }) => [code, key?.split('.').at(-1)]));
    assert.deepEqual(codes, [[['study-evaluate-engine', 'scaleout']], [['study-evaluate-engine', 'rotateOptions']]]);
  });

  it('shows a circle', () => {
    const { problems } = parseStudy(study.replace('{ run: base.run.yaml }', '{ run: base.run.yaml, after: [score] }'), 'demo.study.yaml');
    assert.equal(problems[0]?.code, 'study-cycle');
    assert.match(problems[0].value ?? '', /→/);
  });

  it('refuses a grid cell that is no training step', () => {
    const grid = 'grid: { rows: { a: A }, columns: { b: B }, cells: { a: { b: score } }, base: base }\n';
    const { problems } = parseStudy(study + grid, 'demo.study.yaml');
    assert.equal(problems[0]?.key, 'grid.cells.a.b');
  });
});
