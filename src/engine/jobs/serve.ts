// The job that serves a checkpoint until it is stopped. endpoint.json in its folder says where, the token lies beside it.
import { rmSync } from 'node:fs';
import path from 'node:path';
import type { ServeJobFile } from '../../protocol/job-file';
import { writeFileAtomic } from '../../runs/files/atomic';
import { toJson } from '../../runs/files/json';
import type { JobBody } from '../../runs/job-context';
import { newToken, serveCheckpoint } from '../serve';
import { openJobSignal } from './job-signal';
import { fromStoredPath } from './prepare/paths';

/** endpoint.json: how a client reaches the model while the job runs; removed when it ends. */
export interface EndpointFile {
  readonly schema: 1;
  readonly url: string;
  /** Ends in /v1. */
  readonly baseUrl: string;
  readonly model: string;
  readonly hash: string;
  /** Name of the file in the job folder that holds the bearer token. */
  readonly tokenFile: string;
}

export const endpointFileName = 'endpoint.json';
const tokenFileName = 'token';

export const serveJob: JobBody<ServeJobFile> = async (context, file) => {
  const { checkpoint, host, port } = file.resolved;
  const endpointFile = path.join(context.folder, endpointFileName);
  const tokenFile = path.join(context.folder, tokenFileName);
  const stop = openJobSignal(context, 'nothing to keep');
  const token = newToken();
  let server: Awaited<ReturnType<typeof serveCheckpoint>> | undefined;
  try {
    server = await serveCheckpoint(fromStoredPath(context.root, checkpoint), { host, port, token });
    const { url, baseUrl, model } = server;
    await writeFileAtomic(tokenFile, `${token}\n`);
    const endpoint: EndpointFile = { schema: 1, url, baseUrl, model: model.name, hash: model.hash, tokenFile: tokenFileName };
    await writeFileAtomic(endpointFile, toJson(endpoint));
    context.emit({ type: 'started' });
    context.emit({ type: 'notice', level: 'info', message: `Serving ${model.name} at ${baseUrl}; the token is in ${tokenFile}.` });
    const crashed = await Promise.race([server.ended, aborted(stop.signal)]);
    if (crashed) throw crashed;
    throw stop.stopped('closed');
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
