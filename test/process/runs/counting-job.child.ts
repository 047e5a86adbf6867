// The program of the counting job: runJob with a body that needs no tensors.
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { Stopped, userError } from '../../../src/base/errors/problem';
import type { TrainJobFile } from '../../../src/protocol/job-file';
import { latestCheckpoint } from '../../../src/runs/checkpoints';
import { replaceFolder, temporaryBeside, writeFileAtomic } from '../../../src/runs/files/atomic';
import { jobPath } from '../../../src/runs/layout';
import type { JobContext } from '../../../src/runs/job-context';
import { runJob } from '../../../src/runs/run-job';
import type { CountingSettings } from './counting-job';
import { chained, type CountingState } from './chain';

const blockMs = 20;

async function count(context: JobContext, file: TrainJobFile): Promise<void> {
  const settings = file.resolved as unknown as CountingSettings;
  let state = await loadState(context);
  context.emit({ type: 'started', totalSteps: settings.steps });
  if (context.attempt > 1) context.emit({ type: 'resumed', fromStep: state.step });
  failAsAsked(settings.mode);
  context.recordProvenance({ seeds: { count: 1 }, backend: 'none' });
  while (state.step < settings.steps) {
    state = chained(state);
    context.emit({ type: 'metrics', step: state.step, tokens: state.step, metrics: { count: state.step } });
    if (settings.mode !== 'blocked') await nextTurn();
    else block();
    while (state.step === settings.gateStep && !context.pendingRequest() && !existsSync(path.join(context.folder, 'gate'))) await nextTurn();
    const request = context.pendingRequest();
    const asked = request !== undefined && settings.mode !== 'stubborn';
    if (asked || state.step % settings.every === 0) await saveState(context, state, settings);
    if (settings.mode === 'stubborn' && request) context.emit({ type: 'progress', label: 'asked', done: 1 });
    if (!asked) continue;
    context.answerRequest(request.id, 'done', `step ${state.step}`);
    if (request.kind !== 'checkpoint') throw new Stopped(request.kind);
  }
  await mkdir(jobPath(context.folder, 'results'), { recursive: true });
  await writeFileAtomic(path.join(jobPath(context.folder, 'results'), 'count.json'), JSON.stringify(state));
}

async function loadState(context: JobContext): Promise<CountingState> {
  const folder = await latestCheckpoint(context.folder);
  return folder === undefined ? { step: 0, hash: '' } : JSON.parse(await readFile(path.join(folder, 'trainer_state.json'), 'utf8')) as CountingState;
}

async function saveState(context: JobContext, state: CountingState, settings: CountingSettings): Promise<void> {
  const final = path.join(jobPath(context.folder, 'checkpoints'), `step-${state.step}`);
  const aside = temporaryBeside(final);
  const content = { 'config.json': '{}', 'padding': Buffer.alloc(settings.paddingBytes ?? 1), 'trainer_state.json': JSON.stringify(state) };
  mkdirSync(aside, { recursive: true });
  for (const [name, data] of Object.entries(content)) {
    if (settings.mode === 'blocked') writeFileSync(path.join(aside, name), data);
    else await writeFile(path.join(aside, name), data);
  }
  await replaceFolder(aside, final);
  context.emit({ type: 'checkpoint', step: state.step, path: final, durationMs: 0 });
  await context.sync();
}

function failAsAsked(mode: CountingSettings['mode']): void {
  if (mode === 'bug') throw new RangeError('the counter is out of range');
  if (mode === 'user-error') throw userError({ code: 'test', file: 'x.run.yaml', line: 3, message: 'this cannot be counted', next: 'Count something else.' });
  if (mode === 'timer-bug') setTimeout(() => { throw new TypeError('thrown in a timer'); }, 0);
  for (; mode === 'deaf';) block();
}

/** Keeps the main thread busy as a tensor operation does. */
function block(): void {
  const end = performance.now() + blockMs;
  while (performance.now() < end);
}

const { folder } = parseArgs({ options: { folder: { type: 'string' } } }).values;
process.exit(await runJob(folder!, { train: count }));
