// preclinical import PATH: results of lm-evaluation-harness become evaluations of this workspace.
import type { Command } from 'commander';
import { importResults } from '../../jobs/import-results';
import { fileArgument, rootOf } from '../context';

interface ImportOptions { of?: string; json?: boolean }

export function addImport(program: Command): void {
  program.command('import')
    .description('take in results that lm-evaluation-harness wrote (results_*.json with samples), to be seen and compared beside others')
    .argument('<path>', 'a results_*.json, or a folder with some')
    .option('--of <run>', 'id of the training run whose model they are about')
    .option('--json', 'print as JSON')
    .action(async (place: string, { of, json }: ImportOptions, command: Command) => {
      const imported = await importResults(rootOf(command), fileArgument(place), of);
      if (json) console.log(JSON.stringify(imported.map(({ id, folder, done }) => ({ id, folder, done }))));
      else for (const { id, done, results } of imported) console.log(`${id}  ${results.modelName}: ${[...results.tasks.keys()].join(', ')}${done ? ' (imported before)' : ''}`);
    });
}
