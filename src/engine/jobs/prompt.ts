// The job that runs a prompt experiment: results/results.jsonl grows answer by answer, results/summary.json comes last.
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { Stopped } from '../../base/errors/problem';
import type { PromptJobFile } from '../../protocol/job-file';
import { writeFileAtomic } from '../../runs/files/atomic';
import { toJson } from '../../runs/files/json';
import type { JobBody, JobContext } from '../../runs/job-context';
import { httpLikelihoodModel } from '../client';
import { chosenQuestions, runExperiment, type ExperimentEvent } from '../prompting';
import { openJobSignal } from './job-signal';
import { needsExemplars, openExemplars } from './prompt/exemplars';
import { openEmbed, openPromptModel, promptEgress } from './prompt/model';
import { readPromptQuestions } from './prompt/questions';

export const promptJob: JobBody<PromptJobFile> = async (context, file) => {
  const { cot, body, questions: questionFile } = file.resolved;
  const { questions, setAside } = await readPromptQuestions(context.root, questionFile);
  tellSetAside(context, questionFile, setAside);
  const results = path.join(context.folder, 'results');
  await mkdir(results, { recursive: true, mode: 0o700 });
  context.recordProvenance({ seeds: { prompt: cot.seed } });
  const model = await openPromptModel(context.root, file);
  const embed = openEmbed(context.root, cot, file.resolved.embedding, model, await promptEgress(context.root, cot, file.resolved), file.asking);
  const stop = openJobSignal(context, 'every answer is kept as it comes');
  try {
    const exemplars = needsExemplars(cot) && file.resolved.exemplars !== undefined
      ? await openExemplars(context.root, cot, file.resolved.exemplars, chosenQuestions(cot, questions), embed) : undefined;
    if (exemplars) tellSetAside(context, file.resolved.exemplars!, exemplars.setAside);
    const events = runExperiment(model.client, cot, body, questions, {
      modelIdentity: model.identity, journalFile: path.join(results, 'results.jsonl'), signal: stop.signal, concurrency: model.concurrency,
      ...(exemplars ? { exemplars: exemplars.source } : {}),
      ...(cot.likelihood ? { likelihood: httpLikelihoodModel(model.client, { name: model.identity, hash: model.identity }, model.concurrency) } : {}),
      ...(file.file === undefined ? {} : { file: file.file }),
    });
    for await (const event of events) {
      report(context, event);
      if (event.type === 'finished') await writeFileAtomic(path.join(results, 'summary.json'), toJson({ ...event.summary, outcomes: event.outcomes }));
    }
  } catch (error) {
    throw error instanceof Stopped ? stop.stopped('every answer so far is kept') : error;
  } finally {
    stop.dispose();
    await model.close();
  }
};

function tellSetAside(context: JobContext, file: string, setAside: Readonly<Record<string, number>>): void {
  const reasons = Object.entries(setAside).map(([reason, count]) => `${count} ${reason}`);
  if (reasons.length > 0) context.emit({ type: 'notice', level: 'warning', message: `Records of ${file} set aside: ${reasons.join(', ')}.` });
}

function report(context: JobContext, event: ExperimentEvent): void {
  switch (event.type) {
    case 'planned':
      context.emit({ type: 'started' });
      if (event.tornLine) context.emit({ type: 'notice', level: 'warning', message: 'A half-written answer at the end of results.jsonl was removed; its question is asked again.' });
      context.emit({ type: 'progress', label: 'answers', done: event.kept, total: event.samples });
      return;
    case 'answered':
      context.emit({ type: 'progress', label: 'answers', done: event.done, total: event.total });
      return;
    case 'reasoned':
      context.emit({ type: 'progress', label: 'solved questions reasoned', done: event.kept + event.dropped, total: event.kept + event.dropped });
      return;
    case 'scored':
      if (event.done === 0) context.emit({ type: 'notice', level: 'info', message: `Scoring the likelihood of the options of ${event.total} questions.` });
      return;
    case 'finished':
      if (event.summary.likelihood && 'reason' in event.summary.likelihood) context.emit({ type: 'notice', level: 'info', message: `No likelihood score: ${event.summary.likelihood.reason}.` });
      return;
  }
}
