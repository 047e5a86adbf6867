// The job that builds a mix: progress as events, inputs and hash as provenance, stop between two turns of documents.
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { Stopped, userError } from '../../base/errors/problem';
import type { MixJobFile } from '../../protocol/job-file';
import type { JobBody, JobContext } from '../../runs/job-context';
import { buildMix, keepBuiltSizes, planResolvedMix, readContamination } from '../data';
import { MixProgress } from './mix-progress';

export const mixJob: JobBody<MixJobFile> = async (context, file) => {
  const { mix, folder, product } = file.resolved;
  context.emit({ type: 'started' });
  const text = file.file === undefined ? undefined : await readFile(path.resolve(context.root, file.file), 'utf8').catch(() => undefined);
  const plan = await planResolvedMix(mix, {
    root: context.root, base: path.resolve(context.root, folder),
    file: { name: file.file ?? mix.name, ...(text === undefined ? {} : { text }) },
  });
  // Whoever made this job counts on its product by name.
  if (path.basename(plan.folder) !== path.posix.basename(product)) {
    throw userError({
      code: 'mix-inputs-changed', file: file.file ?? mix.name, value: `${path.posix.basename(product)} became ${plan.hash}`,
      message: 'a source, question file or the tokenizer changed since this job was made', next: 'Start it again from the file.',
    });
  }
  const stop = new AbortController();
  const told = new MixProgress();
  const manifest = await buildMix(plan, {
    signal: AbortSignal.any([context.signal, stop.signal]),
    onProgress: (progress) => {
      const event = told.event(progress, performance.now());
      if (event) context.emit(event);
      answerRequests(context, stop);
    },
  });
  await keepBuiltSizes(plan, manifest);
  const { summary: { checked } } = await readContamination(plan);
  for (const { benchmark, file: questions } of checked.filter(({ state, file: named }) => state === 'not-checked' && named !== undefined)) {
    context.emit({ type: 'notice', level: 'warning', message: `${benchmark}: not checked, since ${questions ?? 'its file'} is not there.` });
  }
  context.recordProvenance({ seeds: { mix: mix.seed }, inputs: manifest.inputs, mixHash: manifest.hash });
  for (const [source, counts] of Object.entries(manifest.counts)) {
    const listed = (numbers: Readonly<Record<string, number>>): string => Object.entries(numbers).map(([what, count]) => `${what} ${count}`).join(', ');
    const reasons = listed(counts.setAside);
    context.emit({ type: 'notice', level: 'info', message: `${source}: ${counts.documentsKept} of ${counts.documentsRead} documents kept${reasons ? ` (${reasons})` : ''}, ${counts.tokens} tokens.` });
    if (counts.phiFound) context.emit({ type: 'notice', level: 'info', message: `${source}: the screen for protected health information found ${listed(counts.phiFound) || 'nothing'}; it is no de-identification.` });
  }
};

/** Stop and pause both end the build: started again, it goes on with the first piece of a step that is not done. */
function answerRequests(context: JobContext, stop: AbortController): void {
  for (let request = context.pendingRequest(); request; request = context.pendingRequest()) {
    if (request.kind === 'checkpoint') {
      context.answerRequest(request.id, 'refused', 'A mix has no checkpoints.');
      continue;
    }
    context.answerRequest(request.id, 'done');
    stop.abort(new Stopped(request.kind));
    return;
  }
}
