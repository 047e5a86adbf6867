// A job in the terminal that started it, for Slurm and containers: the same process as a launched one, but attached.
// It prints where its parent prints, and ends when it is told to end.
import { spawn } from 'node:child_process';
import { jobArguments, jobStart, type LaunchOptions, newToken, refuseUnlessIdle } from './launch';
import { rootOfJob } from './layout';

/** Exit code of the job's process. Ctrl-C reaches the process from the terminal; SIGTERM is passed on. */
export async function runJobInForeground(folder: string, options: Omit<LaunchOptions, 'wait'> = {}): Promise<number> {
  await refuseUnlessIdle(folder);
  const start = await jobStart(folder, newToken(), options);
  const child = spawn(process.execPath, jobArguments(folder, options), {
    cwd: rootOfJob(folder), stdio: ['inherit', 'inherit', 'inherit', ...start.stdio], env: start.environment,
  });
  start.handOver(child.stdio);
  const onInterrupt = (): void => { /* The terminal sends it to the whole group; this process waits for the job. */ };
  const onTerminate = (): void => { child.kill('SIGTERM'); };
  process.on('SIGINT', onInterrupt);
  process.on('SIGTERM', onTerminate);
  try {
    return await new Promise<number>((resolve, reject) => {
      child.once('error', reject);
      child.once('exit', (code) => { resolve(code ?? 1); });
    });
  } finally {
    process.off('SIGINT', onInterrupt);
    process.off('SIGTERM', onTerminate);
  }
}
