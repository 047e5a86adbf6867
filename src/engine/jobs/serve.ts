// The job that serves a checkpoint until it is stopped, or until nobody asked for a while. endpoint.json in its folder
// says where, the token lies beside it.
import { rmSync } from 'node:fs';
import path from 'node:path';
import { Stopped } from '../../base/errors/problem';
import { formatDuration } from '../../base/time/duration';
import type { ServeJobFile } from '../../protocol/job-file';
import { writeFileAtomic } from '../../runs/files/atomic';
import { toJson } from '../../runs/files/json';
import type { JobBody } from '../../runs/job-context';
import { modelBytes } from '../inference';
import { newToken, serveCheckpoint } from '../serve';
import { makeRoom } from './asks/make-room';
import { endpointFileName, type EndpointFile } from './endpoint-file';
import { openJobSignal } from './job-signal';
import { fromStoredPath } from './prepare/paths';
import { serveElsewhere } from './scaleout/serve';

const tokenFileName = 'token';

export const serveJob: JobBody<ServeJobFile> = async (context, file) => {
  const { checkpoint, host, port, idleMs, elsewhere } = file.resolved;
  if (elsewhere !== undefined) {
    await serveElsewhere(context, file, elsewhere);
    return;
  }
  const endpointFile = path.join(context.folder, endpointFileName);
  const tokenFile = path.join(context.folder, tokenFileName);
  const stop = openJobSignal(context, 'nothing to keep');
  const token = newToken();
  let server: Awaited<ReturnType<typeof serveCheckpoint>> | undefined;
  try {
    const folder = fromStoredPath(context.root, checkpoint);
    const capBytes = await makeRoom(context.root, context.folder, await modelBytes(folder));
    server = await serveCheckpoint(folder, { host, port, token, capBytes });
    const { url, baseUrl, model } = server;
    await writeFileAtomic(tokenFile, `${token}\n`);
    const endpoint: EndpointFile = { schema: 1, url, baseUrl, model: model.name, hash: model.hash, pid: process.pid, tokenFile: tokenFileName };
    await writeFileAtomic(endpointFile, toJson(endpoint));
    context.emit({ type: 'started' });
    context.emit({ type: 'notice', level: 'info', message: `Serving ${model.name} at ${baseUrl}, in ${megabytes(process.memoryUsage.rss())} of memory, at most ${megabytes(capBytes)}; the token is in ${tokenFile}.` });
    const ended = await Promise.race([server.ended, aborted(stop.signal), ...(idleMs === undefined ? [] : [server.idle(idleMs, stop.signal).then(() => 'idle' as const)])]);
    if (ended instanceof Error) throw ended;
    throw ended === 'idle' && !stop.signal.aborted ? new Stopped('stop', unloaded(idleMs ?? 0)) : stop.stopped('closed');
  } finally {
    stop.dispose();
    rmSync(endpointFile, { force: true });
    rmSync(tokenFile, { force: true });
    await server?.close();
  }
};

async function aborted(signal: AbortSignal): Promise<undefined> {
  if (signal.aborted) return;
  await new Promise((resolve) => { signal.addEventListener('abort', resolve, { once: true }); });
}

function unloaded(idleMs: number): string {
  return `Unloaded after ${formatDuration(idleMs)} without a request; the next one starts it again.`;
}

function megabytes(bytes: number): string {
  return `${Math.round(bytes / 2 ** 20)} MB`;
}
