// The job that scores a checkpoint on tasks: results/cache.jsonl grows score by score, the results come last.
import { existsSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import path from 'node:path';
import { formatProblem, Stopped } from '../../base/errors/problem';
import type { EvaluateJobFile, EvaluatePrompt } from '../../protocol/job-file';
import type { JobBody, JobContext } from '../../runs/job-context';
import { readJobFile } from '../../runs/job-file';
import { listJobs } from '../../runs/list';
import { evaluateTasks, loadTasks, writeResults, type ChatMessage, type PreparedItems, type PromptSettings, type Task } from '../evaluate';
import { createLikelihoodModel, openCheckpoint, type LoadedCheckpoint } from '../inference';
import { packageVersion } from '../parts/assets';
import { evaluateElsewhere } from './scaleout/evaluate';

/** Records set aside are told one by one up to this many, then only counted. */
const problemsTold = 10;

export const evaluateJob: JobBody<EvaluateJobFile> = async (context, file) => {
  const { checkpoint, data, limit, prompt = {}, rotateOptions = false, elsewhere } = file.resolved;
  if (elsewhere !== undefined) {
    await evaluateElsewhere(context, file, elsewhere);
    return;
  }
  const startedMs = Date.now();
  context.emit({ type: 'started' });
  const { tasks, groups } = await loadTasks(file.resolved.tasks.map((task) => path.resolve(context.root, task)), {
    ...(data === undefined ? {} : { dataFolder: path.resolve(context.root, data) }), ...(prompt.fewshotCount === undefined ? {} : { fewshotCount: prompt.fewshotCount }),
  });
  const loaded = await openCheckpoint(path.resolve(context.root, checkpoint));
  context.recordProvenance({
    backend: loaded.backend.name, device: loaded.backend.device, threads: loaded.backend.threads,
    inputs: await inputsOf(context.root, file),
    ...(file.of === undefined ? {} : { parents: [{ job: file.of, checkpoint }] }),
  });
  try {
    const results = await evaluateTasks(createLikelihoodModel(loaded), tasks, {
      ...(limit === undefined ? {} : { limit }),
      prompt: promptSettings(prompt, loaded.tokenizer),
      rotateOptions,
      groups,
      cacheFile: cacheFileOf(context.folder),
      otherCacheFiles: await cachesOfCheckpoint(context.root, context.folder, checkpoint),
      signal: context.signal,
      onPrepared: (task, prepared) => { tellPrepared(context, task, prepared); },
      onProgress: ({ task, done, total }) => { context.emit({ type: 'progress', label: task, done, total }); },
      betweenBatches: () => { obeyRequests(context); },
    });
    await writeResults(context.folder, results, { startedMs, finishedMs: Date.now(), checkpoint, version: packageVersion });
  } catch (error) {
    throw context.signal.aborted ? new Stopped() : error;
  } finally {
    loaded.model.dispose();
  }
};

function cacheFileOf(folder: string): string {
  return path.join(folder, 'results', 'cache.jsonl');
}

/** Of other evaluations of the same checkpoint; the keys of their scores hold the hash of its weights, should it have changed since. */
async function cachesOfCheckpoint(root: string, folder: string, checkpoint: string): Promise<string[]> {
  const others = (await listJobs(root)).filter((job) => job.kind === 'evaluate' && job.folder !== folder && existsSync(cacheFileOf(job.folder)));
  const files = await Promise.all(others.map(async (job) => ({ job, file: await readJobFile(job.folder).catch(() => undefined) })));
  return files.flatMap(({ job, file }) => (file?.kind === 'evaluate' && file.resolved.checkpoint === checkpoint ? [cacheFileOf(job.folder)] : []));
}

function promptSettings({ chat, ...plain }: EvaluatePrompt, tokenizer: LoadedCheckpoint['tokenizer']): PromptSettings {
  if (!chat) return plain;
  const render = (messages: readonly ChatMessage[]): string => tokenizer.renderChat(messages, { addGenerationPrompt: true });
  return { ...plain, chat: { asMultiturn: chat.asMultiturn, template: tokenizer.chatTemplate ?? '', render } };
}

function obeyRequests(context: JobContext): void {
  const request = context.pendingRequest();
  if (!request) return;
  context.answerRequest(request.id, 'done', 'every score so far is kept');
  if (request.kind !== 'checkpoint') throw new Stopped(request.kind);
}

function tellPrepared(context: JobContext, task: Task, { items, setAside, warnings, notices }: PreparedItems): void {
  const warn = (message: string): void => { context.emit({ type: 'notice', level: 'warning', message }); };
  for (const problem of notices) warn(`${task.name}: ${formatProblem(problem)}`);
  if (setAside.length > 0) warn(`${task.name}: ${setAside.length} records are set aside, ${items.length} are scored.`);
  if (warnings.length > 0) warn(`${task.name}: ${warnings.length} questions whose right answer is none of the choices score as wrong.`);
  for (const problem of [...setAside, ...warnings].slice(0, problemsTold)) warn(formatProblem(problem));
}

async function inputsOf(root: string, file: EvaluateJobFile): Promise<{ path: string; sha256: string; bytes: number }[]> {
  return Promise.all(Object.entries(file.resolved.inputHashes).map(async ([name, sha256]) =>
    ({ path: name, sha256, bytes: (await stat(path.resolve(root, name))).size })));
}
