// What starting a file will do, said before it is done. Pure: text in, words and problems out.
import path from 'node:path';
import { formatProblem, type Problem } from '../../base/errors/problem';
import { parseMix } from '../../documents/mix/parse';
import { parseRun } from '../../documents/run/parse';
import type { Run } from '../../documents/run/schema';
import { parseStudy } from '../../documents/study/parse';
import type { Study } from '../../documents/study/schema';
import type { Estimate } from '../../protocol/estimate';
import { estimateSummary } from '../../protocol/estimate-words';
import type { Translate } from './describe';

export type StartableKind = 'run' | 'study' | 'mix';

export interface Preview {
  readonly kind: StartableKind;
  readonly title: string;
  /** One fact a line. */
  readonly lines: readonly string[];
  /** Errors: it cannot start. */
  readonly problems: readonly string[];
}

export function startableKind(file: string): StartableKind | undefined {
  return /\.(run|study|mix)\.yaml$/.exec(file)?.[1] as StartableKind | undefined;
}

/** Arguments of the engine's verb for a file. */
export function startArguments(kind: StartableKind, file: string): string[] {
  const verb = { run: ['train'], study: ['study'], mix: ['mix', 'build'] }[kind];
  return [...verb, file, '--detach', '--json'];
}

/** Undefined when the name is of no file that can be started. */
export function previewFile(file: string, text: string, t: Translate): Preview | undefined {
  const kind = startableKind(file);
  switch (kind) {
    case 'run': return preview(kind, file, parseRun(text, file), (run) => [t('Train {0}', run.name), runLines(run, t)]);
    case 'study': return preview(kind, file, parseStudy(text, file), (study) => [t('Run study {0}', study.name), studyLines(study, t)]);
    case 'mix': return preview(kind, file, parseMix(text, file), (mix) => [t('Build mix {0}', mix.name), [
      t('{0} sources, {1} stages, sequences of {2} tokens', Object.keys(mix.sources).length, mix.stages.length, mix.sequenceLength),
    ]]);
    case undefined: return undefined;
  }
}

function preview<T>(kind: StartableKind, file: string, parsed: { document: T | undefined; problems: readonly Problem[] }, say: (document: T) => [string, readonly string[]]): Preview {
  const errors = parsed.problems.filter((problem) => problem.severity === 'error').map(formatProblem);
  if (parsed.document === undefined) return { kind, title: path.basename(file), lines: [], problems: errors };
  const [title, lines] = say(parsed.document);
  return { kind, title, lines, problems: errors };
}

function runLines(run: Run, t: Translate): string[] {
  return [
    run.stage === 'finetune' ? t('Instruct fine-tuning: loss on the answers only')
      : typeof run.base === 'string' ? t('Continued pretraining: loss on every token') : t('Pretraining: loss on every token'),
    typeof run.base === 'string' ? t('From {0}', run.base)
      : t('From a new model: {0} layers, hidden size {1}', run.base.new.layers, run.base.new.hiddenSize),
    t('On {0}, built first when it is not there', run.data),
    run.steps === undefined ? t('{0} epochs', run.epochs) : t('{0} updates', run.steps),
    run.neftune ? t('NEFTune noise, alpha {0}', run.neftune.alpha) : '',
    t('Learning rate {0}, seed {1}, backend {2}', run.optimiser.learningRate, run.seed, run.backend),
  ].filter(Boolean);
}

function studyLines(study: Study, t: Translate): string[] {
  const all = Object.values(study.steps);
  const count = (key: string): number => all.filter((step) => key in step).length;
  const parts = [
    [count('mix'), t('mixes')], [count('run'), t('trainings')], [count('evaluate'), t('evaluations')], [count('prompt'), t('prompt experiments')],
  ] as const;
  return [
    study.description ?? '',
    t('{0} steps: {1}', all.length, parts.filter(([number]) => number > 0).map(([number, what]) => `${number} ${what}`).join(', ')),
    t('Up to {0} side by side; what is done already is not done again', study.parallel),
    t('Primary metric: {0} of {1}', study.primaryMetric.metric, study.primaryMetric.task),
  ].filter(Boolean);
}

export interface StartAnswer { readonly id: string; readonly folder: string; readonly done?: boolean }

/** The job in the last line of what the engine printed; undefined when there is none. */
export function readStartAnswer(stdout: string): StartAnswer | undefined {
  const last = stdout.trim().split('\n').at(-1) ?? '';
  try {
    const { id, folder, done } = JSON.parse(last) as Partial<StartAnswer>;
    return typeof id === 'string' && typeof folder === 'string' ? { id, folder, ...(done === true ? { done } : {}) } : undefined;
  } catch {
    return undefined;
  }
}

/** What the engine answered to `estimate --json`; undefined when it is none. */
export function readEstimate(stdout: string): Estimate | undefined {
  try {
    const value = JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as Partial<Estimate>;
    return value.kind === 'run' || value.kind === 'study' ? value as Estimate : undefined;
  } catch {
    return undefined;
  }
}

/** What an estimate adds to the preview: mixes to be built, memory, tokens, time when it is known, disk. */
export function estimateLines(estimate: Estimate, t: Translate): string[] {
  const runs = estimate.kind === 'run' ? [estimate] : Object.values(estimate.runs);
  const unbuilt = [...new Set(runs.filter(({ mix }) => !mix.built).map(({ mix }) => mix.name))];
  return [
    estimateSummary(estimate, t),
    unbuilt.length === 0 ? '' : t('Built first: {0}', unbuilt.join(', ')),
  ].filter(Boolean);
}
