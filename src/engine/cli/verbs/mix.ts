// preclinical mix build|plan|inspect|list: builds a mix, says what building it would give, shows what was found, or lists the mixes of the workspace.
import type { Command } from 'commander';
import { alignColumns } from '../../../base/text/columns';
import type { MixListing } from '../../../protocol/mix-plan';
import { answerPlan, HashCache, listMixes, planMix, readBuilt, readDuplicates, readPhi, readReport } from '../../data';
import { prepareMix } from '../../jobs/prepare/mix';
import { fileArgument, rootOf, setOption } from '../context';
import { Screen } from '../follow/screen';
import { showDuplicates, showPhi } from '../show-findings';
import { showPlan } from '../show-plan';
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
    .description('say what building would give: tokens and epochs of each source, whether the sources suffice, and where the product will be')
    .argument('<file>', 'a *.mix.yaml')
    .option('--json', 'print as JSON')
    .option(...setOption)
    .action(async (file: string, options: { json?: boolean; set: Record<string, unknown> }, command: Command) => {
      const root = rootOf(command);
      const hashes = await HashCache.open(root);
      const plan = await planMix(fileArgument(file), root, options.set, hashes.hash);
      await hashes.save();
      const screen = new Screen(process.stderr);
      const answer = await answerPlan(plan, { onProgress: ({ label, done }) => { screen.show([`${label}: ${done} documents`]); } });
      screen.show([]);
      console.log(options.json ? JSON.stringify(answer, undefined, 2) : showPlan(answer));
    });
  mix.command('inspect')
    .description('look at what is built of a mix: its report, or what was found in its documents')
    .argument('<file>', 'a *.mix.yaml that is built as it is now')
    .option('--duplicates', 'clusters of near-duplicates, by document ids')
    .option('--phi', 'what the screen for protected health information found, by place; without its text')
    .option('--json', 'print as JSON')
    .option(...setOption)
    .action(async (file: string, options: { duplicates?: boolean; phi?: boolean; json?: boolean; set: Record<string, unknown> }, command: Command) => {
      const root = rootOf(command);
      const hashes = await HashCache.open(root);
      const plan = await planMix(fileArgument(file), root, options.set, hashes.hash);
      await hashes.save();
      if (options.phi) {
        const phi = await readPhi(plan);
        console.log(options.json ? JSON.stringify(phi, undefined, 2) : showPhi(phi));
      } else if (options.duplicates) {
        const duplicates = await readDuplicates(plan);
        console.log(options.json ? JSON.stringify(duplicates, undefined, 2) : showDuplicates(duplicates));
      } else {
        console.log(options.json ? JSON.stringify(await readBuilt(plan), undefined, 2) : await readReport(plan));
      }
    });
  mix.command('list')
    .description('list mixes, what each file would give now, and what is built')
    .argument('[files...]', 'some *.mix.yaml (default: all below the root)')
    .option('--json', 'print as JSON')
    .action(async (files: string[], options: { json?: boolean }, command: Command) => {
      const listings = await listMixes(rootOf(command), files.length === 0 ? undefined : files.map(fileArgument));
      console.log(options.json ? JSON.stringify(listings, undefined, 2) : table(listings));
    });
}

function table(listings: readonly MixListing[]): string {
  if (listings.length === 0) return 'No *.mix.yaml yet.';
  return alignColumns([['mix', 'state', 'builds', 'problem'], ...listings.map(({ file, name, hash, builds, problem }) => [
    name ?? file,
    problem !== undefined ? 'cannot be built' : builds.some((build) => build.hash === hash) ? 'built' : builds.length > 0 ? 'out of date' : 'never built',
    String(builds.length), problem?.split('\n')[0] ?? '',
  ])]);
}
