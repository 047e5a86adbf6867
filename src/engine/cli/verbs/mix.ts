// preclinical mix build|plan FILE: builds a mix, or says what building it would do.
import type { Command } from 'commander';
import { planMix } from '../../data';
import { prepareMix } from '../../jobs/prepare/mix';
import { fileArgument, rootOf, setOption } from '../context';
import { startJob } from '../start-job';
import type { SetExitCode } from '../verbs';

export function addMix(program: Command, setExitCode: SetExitCode): void {
  const mix = program.command('mix').description('data mixes: documents to training tokens');
  mix.command('build')
    .description('build the mix; its product is named by the hash of all that goes in')
    .argument('<file>', 'a *.mix.yaml')
    .option('--json', 'print events as JSON lines')
    .option('--foreground', 'run in this process')
    .option('--detach', 'start it and come back; with --json print its id and folder')
    .action(async (file: string, options: { json?: boolean; foreground?: boolean; detach?: boolean }, command: Command) => {
      const root = rootOf(command);
      const { code } = await startJob(root, await prepareMix(root, fileArgument(file)), options);
      setExitCode(code);
    });
  mix.command('plan')
    .description('say where the product will be, and check the file')
    .argument('<file>', 'a *.mix.yaml')
    .option(...setOption)
    .action(async (file: string, options: { set: Record<string, unknown> }, command: Command) => {
      const root = rootOf(command);
      await prepareMix(root, fileArgument(file), options.set);
      const plan = await planMix(fileArgument(file), root, options.set);
      console.log(JSON.stringify({ hash: plan.hash, folder: plan.folder }, undefined, 2));
    });
}
