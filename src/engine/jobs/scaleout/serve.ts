// A checkpoint served by vLLM, started as a trainer is: waited for until it says that it is well, offered by endpoint.json
// as our own server is, and ended with all its processes.
import { rmSync } from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';
import { userError } from '../../../base/errors/problem';
import type { LaunchedElsewhere, ServeJobFile } from '../../../protocol/job-file';
import { writeFileAtomic } from '../../../runs/files/atomic';
import { toJson } from '../../../runs/files/json';
import type { JobContext } from '../../../runs/job-context';
import { modelHash } from '../../model';
import { findProgram, pythonPlaces, vllmProgram, vllmWords } from '../../scaleout';
import { newToken } from '../../serve';
import { endpointFileName, type EndpointFile } from '../endpoint-file';
import { openJobSignal } from '../job-signal';
import { fromStoredPath } from '../prepare/paths';
import { startProgram, waitForProgram, writeProgram } from './program';
import { weightsOf } from './weights';

const tokenFileName = 'token';
const healthMs = 2000;

export async function serveElsewhere(context: JobContext, { resolved, name }: ServeJobFile, { scaleout }: LaunchedElsewhere): Promise<void> {
  if (scaleout.slurm !== undefined) {
    throw userError({
      code: 'serve-by-slurm', key: 'slurm', message: 'a server that Slurm starts is on another machine, and endpoints here are on this one',
      next: 'Start it on a node you are on (salloc, then preclinical serve there), or name its address in the setting preclinical.endpoints.',
    });
  }
  const checkpoint = fromStoredPath(context.root, resolved.checkpoint);
  const [endpointFile, tokenFile] = [endpointFileName, tokenFileName].map((file) => path.join(context.folder, file)) as [string, string];
  const python = await findProgram(pythonPlaces(context.root, scaleout.python), scaleout.prefix, vllmProgram);
  const [port, token, hash] = [resolved.port === 0 ? await freePort() : resolved.port, newToken(), await modelHash(checkpoint)];
  const model = name.replace(/^serve-/, '');
  const folder = await writeProgram(context, {
    python, scaleout, packageName: 'vllm', purpose: 'Serves a checkpoint with vLLM on this machine alone; its token is in VLLM_API_KEY, or none is asked for.',
    words: vllmWords({ scaleout, ...await weightsOf(checkpoint), model, port }),
  });
  context.recordProvenance({ backend: `vllm ${python.version}` });
  const stop = openJobSignal(context, 'nothing to keep');
  // Its processes get the token by their environment: other users see arguments of a process, and not this.
  process.env['VLLM_API_KEY'] = token;
  const url = `http://127.0.0.1:${port}`;
  const state = { isOffered: false };
  try {
    const program = await startProgram(context, folder, scaleout);
    await waitForProgram(program, stop.signal, async () => {
      if (state.isOffered || !await isWell(url)) return;
      state.isOffered = true;
      await writeFileAtomic(tokenFile, `${token}\n`);
      const endpoint: EndpointFile = { schema: 1, url, baseUrl: `${url}/v1`, model, hash, pid: process.pid, tokenFile: tokenFileName, engine: 'vllm' };
      await writeFileAtomic(endpointFile, toJson(endpoint));
      context.emit({ type: 'started' });
      context.emit({ type: 'notice', level: 'info', message: `Serving ${model} at ${url}/v1 with vLLM; the token is in ${tokenFile}.` });
    });
    throw userError({ code: 'serve-ended', file: program.logFile, message: 'vLLM ended without being asked to', next: 'See its log for why.' });
  } catch (error) {
    throw stop.signal.aborted ? stop.stopped('closed') : error;
  } finally {
    stop.dispose();
    rmSync(endpointFile, { force: true });
    rmSync(tokenFile, { force: true });
  }
}

/** vLLM answers /health without a token once it can be asked. */
async function isWell(url: string): Promise<boolean> {
  try {
    return (await fetch(`${url}/health`, { signal: AbortSignal.timeout(healthMs) })).ok;
  } catch {
    return false;
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve); });
  const address = server.address();
  await new Promise((resolve) => { server.close(resolve); });
  if (address !== null && typeof address === 'object') return address.port;
  throw new Error('no port was given');
}
