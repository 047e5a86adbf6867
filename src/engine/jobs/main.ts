// The program of a job's process: `job.mjs --folder FOLDER`. Each kind's body is loaded only when it is run.
import { parseArgs } from 'node:util';
import { userError } from '../../base/errors/problem';
import { type JobBodies, runJob } from '../../runs/run-job';

const bodies: Required<JobBodies> = {
  mix: async (context, file) => { await (await import('./mix')).mixJob(context, file); },
  train: async (context, file) => { await (await import('./train')).trainJob(context, file); },
  evaluate: async (context, file) => { await (await import('./evaluate')).evaluateJob(context, file); },
  prompt: async (context, file) => { await (await import('./prompt')).promptJob(context, file); },
  study: async (context, file) => { await (await import('./study')).studyJob(context, file); },
  import: (_context, { resolved: { place } }) => {
    throw userError({ code: 'import-not-run', file: place, message: 'a run of another program cannot be started from here', next: `\`preclinical runs import ${place}\` takes in what its log has gained.` });
  },
  serve: async (context, file) => { await (await import('./serve')).serveJob(context, file); },
};

const { folder } = parseArgs({ options: { folder: { type: 'string' } } }).values;
if (folder === undefined) {
  process.stderr.write('usage: job.mjs --folder FOLDER\n');
  process.exit(2);
}
process.exit(await runJob(folder, bodies));
