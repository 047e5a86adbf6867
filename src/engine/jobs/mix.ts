// The job that builds a mix: progress as events, inputs and hash as provenance, stop between two turns of documents.
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { Stopped } from '../../base/errors/problem';
import type { MixJobFile } from '../../protocol/job-file';
import type { JobBody, JobContext } from '../../runs/job-context';
import { buildMix, planResolvedMix } from '../data';

export const mixJob: JobBody<MixJobFile> = async (context, file) => {
  const { mix, folder } = file.resolved;
  context.emit({ type: 'started' });
  const text = file.file === undefined ? undefined : await readFile(path.resolve(context.root, file.file), 'utf8').catch(() => undefined);
  const plan = await planResolvedMix(mix, {
    root: context.root, base: path.resolve(context.root, folder),
    file: { name: file.file ?? mix.name, ...(text === undefined ? {} : { text }) },
  });
  const stop = new AbortController();
  const manifest = await buildMix(plan, {
    signal: AbortSignal.any([context.signal, stop.signal]),
    onProgress: (progress) => {
      context.emit({ type: 'progress', ...progress });
      answerRequests(context, stop);
    },
  });
  context.recordProvenance({ seeds: { mix: mix.seed }, inputs: manifest.inputs, mixHash: manifest.hash });
  for (const [source, counts] of Object.entries(manifest.counts)) {
    const reasons = Object.entries(counts.setAside).map(([reason, count]) => `${reason} ${count}`).join(', ');
    context.emit({ type: 'notice', level: 'info', message: `${source}: ${counts.documentsKept} of ${counts.documentsRead} documents kept${reasons ? ` (${reasons})` : ''}, ${counts.tokens} tokens.` });
  }
};

/** Stop and pause both end the build: it is quick to do again, and half a mix is none. */
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
