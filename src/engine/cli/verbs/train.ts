// preclinical train FILE: continued pretraining or instruct fine-tuning; builds the mix first when it is not there.
import path from 'node:path';
import type { Command } from 'commander';
import { prepareTrain } from '../../jobs/prepare/train';
import { prepareOnly, type PreparedFiles } from '../../jobs/scaleout/prepare-only';
import { checkLines } from '../../scaleout';
import { findCheckpoint } from '../../jobs/prepare/checkpoint';
import { fileArgument, rootOf, setOption } from '../context';
import { downloadProgress } from '../follow/download-progress';
import { startJob } from '../start-job';
import type { SetExitCode } from '../verbs';

interface TrainOptions { set: Record<string, unknown>; base?: string; json?: boolean; foreground?: boolean; detach?: boolean; fresh?: boolean; prepare?: boolean }

export function addTrain(program: Command, setExitCode: SetExitCode): void {
  program.command('train')
    .description('train as a *.run.yaml says; started again, it goes on from its last checkpoint')
    .argument('<file>', 'a *.run.yaml')
    .option(...setOption)
    .option('--base <run|folder>', 'start from this checkpoint instead of the file\'s base')
    .option('--json', 'print events as JSON lines')
    .option('--foreground', 'run in this process')
    .option('--detach', 'start it and come back; with --json print its id and folder')
    .option('--fresh', 'a new run even when the same one is finished or can go on')
    .option('--prepare', 'write what another engine would be started with, to read and change, and start nothing')
    .action(async (file: string, options: TrainOptions, command: Command) => {
      const root = rootOf(command);
      const onDownload = downloadProgress();
      const base = options.base === undefined ? {} : { base: await findCheckpoint(root, process.cwd(), options.base, { key: '--base', onDownload }) };
      const { job, mixFirst } = await prepareTrain(root, fileArgument(file), { overrides: options.set, onDownload, ...base });
      // Elsewhere the job builds its mix itself, so that nothing depends on this process.
      if (mixFirst && (options.foreground || options.prepare)) {
        const built = await startJob(root, mixFirst, options);
        if (built.code !== 0) { setExitCode(built.code); return; }
      }
      if (options.prepare) {
        tellPrepared(await prepareOnly(root, job), file, options);
        return;
      }
      const { code } = await startJob(root, job, options);
      setExitCode(code);
    });
}

function tellPrepared(prepared: PreparedFiles, file: string, { json }: TrainOptions): void {
  if (json) {
    console.log(JSON.stringify(prepared));
    return;
  }
  for (const text of checkLines(prepared.checks)) console.log(text);
  console.log(prepared.sharding.because);
  console.log(`Nothing is started. Read and change what you like, then \`preclinical train ${file}\` goes on with it:`);
  for (const name of prepared.files) console.log(`  ${path.relative(process.cwd(), path.join(prepared.folder, name))}`);
  for (const { file: name, difference } of prepared.kept) console.log([`${name} was changed by hand and is kept:`, ...difference.map((line) => `  ${line}`)].join('\n'));
}
