// preclinical quickstart: the main job from nothing to a table. Makes the sample workspace, runs its study,
// prints the table, writes report.html, and says how to go on in VS Code. Started again, it goes on where it was.
import { existsSync } from 'node:fs';
import path from 'node:path';
import { Option, type Command } from 'commander';
import { prepareStudy } from '../../jobs/prepare/study';
import { packageRoot } from '../../parts/assets';
import { createSampleWorkspace } from '../../sample';
import { exitCodes } from '../exit-codes';
import { showReport } from '../show-report';
import { startJob } from '../start-job';
import type { SetExitCode } from '../verbs';

/** For a shell, where a path has anything but plain characters. */
function quoted(file: string): string {
  return /^[\w./:@-]+$/.test(file) ? file : JSON.stringify(file);
}

const studyFile = 'sample.study.yaml';

export function addQuickstart(program: Command, setExitCode: SetExitCode): void {
  program.command('quickstart')
    .description('make the sample workspace (at --root, else in ./sample-workspace), run the sample study, print its table and write report.html')
    .addOption(new Option('--scale <scale>', 'full, or tiny for a study of about a minute').choices(['full', 'tiny'] as const).default('full'))
    .action(async (options: { scale: 'full' | 'tiny' }, command: Command) => {
      // Never the project around the current folder: the sample is written into its own.
      const root = path.resolve(command.optsWithGlobals<{ root?: string }>().root ?? 'sample-workspace');
      const file = path.join(root, studyFile);
      if (!existsSync(file)) {
        console.log(`Making the sample workspace in ${root} …`);
        await createSampleWorkspace(root, options);
      }
      console.log('Running the sample study. Ctrl-C stops it; the same command goes on.');
      const { folder, code } = await startJob(root, await prepareStudy(root, file), {});
      if (code === exitCodes.done) {
        await showReport(root, folder, path.join(root, 'report.html'));
        console.log(`\nTo go on in VS Code, open the workspace with this extension:\n  code --extensionDevelopmentPath=${quoted(packageRoot)} ${quoted(root)}`);
      }
      setExitCode(code);
    });
}
