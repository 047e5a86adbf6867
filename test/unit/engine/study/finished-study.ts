// A workspace with a study that has run, in miniature: real job folders, events and results, made-up scores. The
// questions hold a word that no report may show.
import { createHash } from 'node:crypto';
import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { runSchema } from '../../../../src/documents/run/schema';
import { studySchema, type Study } from '../../../../src/documents/study/schema';
import { evaluateTasks, loadTask, writeResults } from '../../../../src/engine/evaluate';
import type { LikelihoodModel } from '../../../../src/engine/inference/interfaces';
import type { PromptSummary, QuestionOutcome } from '../../../../src/engine/prompting';
import type { EventBody } from '../../../../src/protocol/events';
import type { JobFile } from '../../../../src/protocol/job-file';
import { createJob } from '../../../../src/runs/create';

export const itemWord = 'XYZZYITEM';

/** Chance that a step knows an answer, by step. */
const skills: Readonly<Record<string, number>> = {
  base: 0.05, 'base-ift': 0.1, 'base-nef': 0.1, cpt: 0.15, 'cpt-ift': 0.65, 'cpt-nef': 0.68, general: 0.04, 'general-ift': 0.1, 'general-nef': 0.09,
};
const rows = { base: 'Base', clinical: 'Clinical pretraining', general: 'General pretraining' };
const columns = { none: 'as it is', instruct: '+ instruct', neftune: '+ instruct + NEFTune' };
const cells = {
  base: { none: 'base', instruct: 'base-ift', neftune: 'base-nef' },
  clinical: { none: 'cpt', instruct: 'cpt-ift', neftune: 'cpt-nef' },
  general: { none: 'general', instruct: 'general-ift', neftune: 'general-nef' },
};

export interface FinishedStudy { readonly folder: string; readonly study: Study }

/** @param questionCount questions of each task. */
export async function makeFinishedStudy(root: string, questionCount = 80): Promise<FinishedStudy> {
  const study = studySchema.parse({
    name: 'miniature', description: 'A made-up study for tests of the report <with markup>.',
    primaryMetric: { task: 'facts', metric: 'acc_norm' },
    steps: {
      mix: { mix: 'clinical.mix.yaml' },
      base: { run: 'base.run.yaml' },
      ...Object.fromEntries(Object.values(cells).flatMap((row) => Object.values(row).filter((name) => name !== 'base')
        .map((name) => [name, { run: `${name}.run.yaml`, base: parentName(name) }]))),
      ...Object.fromEntries(Object.keys(skills).map((name) => [`eval-${name}`, { evaluate: { tasks: ['facts.yaml', 'blind.yaml'] }, of: name }])),
      'prompt-cpt-ift': { prompt: 'vignettes.cot', of: 'cpt-ift' },
    },
    grid: { rows, columns, cells, base: 'base' },
    interaction: { treated: 'cpt-ift', treatedParent: 'cpt', control: 'base-ift', controlParent: 'base' },
    comparison: [
      { better: 'cpt-ift', than: 'base-ift', because: 'continued pretraining is the foundation' },
      { better: 'cpt-nef', than: 'cpt-ift', because: 'noise may help' },
    ],
  });
  const tasks = await makeTasks(root, questionCount);
  makeMix(root);
  const studyJob = await createJob(root, { schema: 1, kind: 'study', name: study.name, file: 'miniature.study.yaml', overrides: {}, resolved: { study, folder: '.' } });
  const events: EventBody[] = [{ type: 'started', totalSteps: Object.keys(study.steps).length }];
  for (const [name, step] of Object.entries(study.steps)) {
    if ('mix' in step) continue;
    const job = await createJob(root, 'run' in step ? trainFile(name) : 'evaluate' in step ? evaluateFile(name, step.of) : promptFile(name, step.of));
    if ('run' in step) writeEvents(job.folder, trainEvents(name));
    else if ('evaluate' in step) {
      const results = await evaluateTasks(knowingModel(step.of), tasks);
      await writeResults(job.folder, results, { startedMs: 0, finishedMs: 1000, checkpoint: step.of, version: '0.1.0' });
    } else writePromptSummary(job.folder);
    writeProvenance(job.folder);
    events.push({ type: 'studyStep', step: name, state: 'running', job: job.id }, { type: 'studyStep', step: name, state: 'done', job: job.id });
  }
  events.push({ type: 'studyStep', step: 'mix', state: 'failed', reason: 'the disk was full' });
  writeEvents(studyJob.folder, events);
  writeProvenance(studyJob.folder);
  return { folder: studyJob.folder, study };
}

function parentName(name: string): string {
  return name === 'cpt' || name === 'general' ? 'base' : name.slice(0, name.indexOf('-'));
}

async function makeTasks(root: string, count: number): Promise<Awaited<ReturnType<typeof loadTask>>[]> {
  const letters = ['A', 'B', 'C', 'D'] as const;
  const lines = Array.from({ length: count }, (_, index) => {
    const options = Object.fromEntries(letters.map((letter) => [letter, `${itemWord} option ${index} ${letter}`]));
    const gold = letters[index % 4]!;
    return JSON.stringify({ question: `${itemWord} question ${index}?`, options, answer_idx: gold, answer: options[gold] });
  });
  writeFileSync(path.join(root, 'facts.jsonl'), `${lines.join('\n')}\nbroken\n`);
  const task = (name: string, text: string): string => {
    const file = path.join(root, `${name}.yaml`);
    writeFileSync(file, `task: ${name}\ndataset_path: facts.jsonl\noutput_type: multiple_choice\ndoc_to_text: "${text}"\ndoc_to_choice: "{{ options.values() | list }}"\ndoc_to_target: answer\n`);
    return file;
  };
  return [await loadTask(task('blind', 'Answer:')), await loadTask(task('facts', 'Question: {{question}}\\nAnswer:'))];
}

/** Knows an answer with the chance of its step; the same questions are easy for all. Without the question it guesses. */
function knowingModel(step: string): LikelihoodModel {
  const uniform = (text: string): number => createHash('sha256').update(text).digest().readUInt32BE(0) / 2 ** 32;
  return {
    identity: { name: step, hash: step },
    logLikelihood: (requests) => Promise.resolve(requests.map(({ context, continuation }) => {
      const [, index, letter] = /option (\d+) (\w)/.exec(continuation)!;
      const isGold = letter === 'ABCD'[Number(index) % 4];
      const knows = context.includes('Question') && uniform(`easy ${index!}`) * 0.8 + uniform(`${step} ${index!}`) * 0.2 < skills[step]!;
      return { logLikelihood: isGold && knows ? -0.5 : -1 - uniform(`${step} ${context} ${continuation}`), isGreedy: false, tokens: 4 };
    })),
  };
}

function trainFile(name: string): JobFile {
  const isTuned = name.includes('-');
  const run = runSchema.parse({
    name, stage: isTuned ? 'finetune' : 'pretrain', base: 'x', data: 'x.mix.yaml', batchSize: 8, epochs: 3, seed: 7,
    optimiser: { learningRate: 1e-3 }, schedule: { kind: 'cosine', warmupFraction: 0.01 },
    ...(name.endsWith('-nef') ? { neftune: { alpha: 5 } } : {}),
  });
  return {
    schema: 1, kind: 'train', name, overrides: {},
    resolved: { run, mixFolder: '.preclinical/mixes/mixed/aaaabbbbcccc', mixHash: 'aaaabbbbcccc', ...(name === 'base' ? {} : { baseCheckpoint: 'x', baseJob: 'x' }) },
  };
}

function evaluateFile(name: string, of: string): JobFile {
  return { schema: 1, kind: 'evaluate', name, of, overrides: {}, resolved: { checkpoint: 'x', tasks: ['facts.yaml', 'blind.yaml'], inputHashes: {} } };
}

/** Only its kind and name are read back. */
function promptFile(name: string, of: string): JobFile {
  return { ...evaluateFile(name, of), kind: 'prompt' } as unknown as JobFile;
}

function makeMix(root: string): void {
  const folder = path.join(root, '.preclinical/mixes/mixed/aaaabbbbcccc');
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, 'manifest.json'), JSON.stringify({
    schema: 1, name: 'mixed', hash: 'aaaabbbbcccc', tokenizerHash: 'f'.repeat(64), vocabularySize: 512, sequenceLength: 128,
    stages: [{ name: 'main', tokens: 300000, lossTokens: 300000, documents: 10, sources: { notes: { tokens: 240000, documents: 8, epochs: 2, share: 0.8, domain: 'clinical' }, wiki: { tokens: 60000, documents: 2, epochs: 1, share: 0.2, domain: 'general' } } }],
    heldOut: [{ name: 'passages', domain: 'clinical', tokens: 1, documents: 1, bytes: 1 }, { name: 'encyclopaedia', domain: 'general', tokens: 1, documents: 1, bytes: 1 }],
  }));
}

function trainEvents(name: string): EventBody[] {
  const order = Object.keys(skills).indexOf(name);
  const steps = 400;
  const start = name === 'base' ? 6.2 : 3 - order * 0.05;
  const loss = (step: number): number => 1.2 + (start - 1.2) * Math.exp(-step / (90 + 12 * order)) + 0.08 * Math.sin(step * (1 + order));
  const events: EventBody[] = [{ type: 'started', totalSteps: steps }];
  for (let step = 0; step <= steps; step++) {
    if (step > 0) events.push({ type: 'metrics', step, tokens: step * 1000, metrics: { 'train/loss': loss(step), 'train/tokensPerSecond': 9000 + step } });
    if (step % 40 !== 0) continue;
    const held = loss(step) + 0.1;
    events.push({ type: 'metrics', step, tokens: step * 1000, metrics: { 'heldout/passages/loss': held, 'heldout/passages/bitsPerByte': held / 3 } });
    events.push({ type: 'metrics', step, tokens: step * 1000, metrics: { 'heldout/domain/clinical/loss': held + 0.25, 'heldout/domain/clinical/bitsPerByte': held / 2 } });
    events.push({ type: 'metrics', step, tokens: step * 1000, metrics: { 'heldout/encyclopaedia/loss': held + 0.5, 'heldout/encyclopaedia/bitsPerByte': held / 2.5 } });
  }
  events.push({ type: 'finished', state: 'done' });
  return events;
}

function writePromptSummary(folder: string): void {
  const names = ['direct', 'chain-of-thought'] as const;
  const outcomes = names.flatMap((strategy) => Array.from({ length: 20 }, (_, index): QuestionOutcome => {
    const letter = index % 5 === 0 && strategy !== 'direct' ? undefined : index % 2 === 0 ? 'A' : 'B';
    return { question: `q${index}`, strategy, gold: 'A', samples: [letter], vote: { letter, votes: 1, agreement: 1, tied: [] }, credit: Number(letter === 'A'), answered: Number(letter !== undefined) };
  }));
  const strategies = Object.fromEntries(names.map((strategy) => {
    const own = outcomes.filter((outcome) => outcome.strategy === strategy);
    const correct = own.reduce((sum, one) => sum + one.credit, 0);
    const answered = own.reduce((sum, one) => sum + one.answered, 0);
    return [strategy, { n: own.length, samplesPerQuestion: 1, correct, accuracy: correct / own.length, standardError: null, answered, accuracyAnswered: correct / answered, failureRate: 1 - answered / own.length, agreement: null, ties: null }];
  }));
  const summary: PromptSummary = { schema: 1, model: 'm', extractor: 'auto', extractorVersion: 1, tieRule: 'first-seen', questions: 20, strategies };
  mkdirSync(path.join(folder, 'results'), { recursive: true });
  writeFileSync(path.join(folder, 'results', 'summary.json'), JSON.stringify({ ...summary, outcomes }));
}

function writeProvenance(folder: string): void {
  writeFileSync(path.join(folder, 'provenance.json'), JSON.stringify({
    schema: 1, inputs: [], parents: [], seeds: { run: 7 },
    attempts: [{ attempt: 1, at: '2026-01-01T00:00:00Z', preclinical: '0.1.0', node: 'v20.19.0', nodeSource: 'PATH', platform: 'linux x64', host: 'secret-host', cpu: 'A processor', cores: 2, memoryBytes: 1, device: 'CPU (WebAssembly SIMD, one thread)', git: { commit: '0123456789abcdef', dirty: true } }],
  }));
}

function writeEvents(folder: string, bodies: readonly EventBody[]): void {
  const lines = bodies.map((body, index) => JSON.stringify({ schema: 1, seq: index + 1, attempt: 1, wallMs: index * 100, elapsedMs: index * 100, ...body }));
  appendFileSync(path.join(folder, 'events.jsonl'), `${lines.join('\n')}\n`);
}
