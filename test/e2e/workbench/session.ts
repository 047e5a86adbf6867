// The one server and the one browser of this lane. The extension is installed from its .vsix, as a user installs it.
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { Browser } from 'playwright-core';
import { killJob } from '../../../src/runs/kill';
import { runsFolder } from '../../../src/runs/layout';
import { packageExtension } from '../../package-extension';
import { launchBrowser, startServer, type Server } from '../../rig/workbench.mjs';

interface Session { readonly server: Server; readonly browser: Browser; readonly folder: string }
let current: Session | undefined;

export function session(): Session {
  if (!current) throw new Error('The lane has not started its server.');
  return current;
}

export async function startSession(): Promise<void> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'preclinical-e2e-'));
  const { vsix } = packageExtension(path.join(folder, 'package'));
  const [server, browser] = await Promise.all([startServer({ vsix }), launchBrowser()]);
  current = { server, browser, folder };
}

export async function stopSession(): Promise<void> {
  if (!current) return;
  await current.browser.close();
  await current.server.stop();
  await killLeftJobs(current.folder);
  rmSync(current.folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  current = undefined;
}

/** Jobs outlive the window by design: those of a spec that failed are ended here. */
async function killLeftJobs(folder: string): Promise<void> {
  const runs = readdirSync(folder).map((workspace) => runsFolder(path.join(folder, workspace))).filter((one) => existsSync(one));
  const jobs = runs.flatMap((one) => readdirSync(one).map((id) => path.join(one, id)));
  // Refused for those that do not run, which is nearly all.
  await Promise.allSettled(jobs.map((job) => killJob(job)));
}
