// preclinical study FILE: runs the steps of a study, prints its table and writes report.html.
import type { Command } from 'commander';
import { prepareStudy } from '../../jobs/prepare/study';
import { fileArgument, rootOf, setOption } from '../context';
import { downloadProgress } from '../follow/download-progress';
import { showReport } from '../show-report';
import { startJob } from '../start-job';
import type { SetExitCode } from '../verbs';

interface StudyOptions { set: Record<string, unknown>; json?: boolean; foreground?: boolean; detach?: boolean; fresh?: boolean }

export function addStudy(program: Command, setExitCode: SetExitCode): void {
  program.command('study')
    .description('run a *.study.yaml: mixes, runs, evaluations and prompt experiments; finished steps are not done again')
    .argument('<file>', 'a *.study.yaml')
    .option(...setOption)
    .option('--json', 'print events as JSON lines')
    .option('--foreground', 'run in this process')
    .option('--detach', 'start it and come back; with --json print its id and folder')
    .option('--fresh', 'a new study even when the same one is finished or can go on')
    .action(async (file: string, options: StudyOptions, command: Command) => {
      const root = rootOf(command);
      const { folder, code } = await startJob(root, await prepareStudy(root, fileArgument(file), options.set, downloadProgress()), options);
      if (code === 0 && !options.json && !options.detach) await showReport(root, folder);
      setExitCode(code);
    });
}
