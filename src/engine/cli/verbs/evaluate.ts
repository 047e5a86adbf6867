// preclinical evaluate MODEL --task FILE: scores a checkpoint on question sets as lm-evaluation-harness does.
import type { Command } from 'commander';
import { readResults } from '../../evaluate';
import { findCheckpoint, modelName } from '../../jobs/prepare/checkpoint';
import { prepareEvaluate } from '../../jobs/prepare/evaluate';
import { alignColumns } from '../../../base/text/columns';
import { fileArgument, rootOf } from '../context';
import { startJob } from '../start-job';
import type { SetExitCode } from '../verbs';

interface EvaluateOptions { task: string[]; limit?: string; json?: boolean; foreground?: boolean; detach?: boolean }

export function addEvaluate(program: Command, setExitCode: SetExitCode): void {
  program.command('evaluate')
    .description('score a checkpoint on multiple-choice tasks; items already scored are not scored again')
    .argument('<model>', 'a run, a checkpoint folder, or sample for the model that is shipped')
    .requiredOption('--task <file...>', 'task files (YAML as lm-evaluation-harness has it)')
    .option('--limit <n>', 'first questions of each task only')
    .option('--json', 'print events as JSON lines')
    .option('--foreground', 'run in this process')
    .option('--detach', 'start it and come back; with --json print its id and folder')
    .action(async (reference: string, options: EvaluateOptions, command: Command) => {
      const root = rootOf(command);
      const model = await findCheckpoint(root, process.cwd(), reference, { key: 'model' });
      const name = `evaluate-${modelName(root, model)}`.toLowerCase().replace(/[^a-z0-9-]+/g, '-').slice(0, 60);
      const limit = options.limit === undefined ? {} : { limit: Number(options.limit) };
      const file = await prepareEvaluate(root, model, options.task.map(fileArgument), { name, ...limit });
      const { folder, code } = await startJob(root, file, options);
      if (code === 0 && !options.json && !options.detach) console.log(await table(folder));
      setExitCode(code);
    });
}

async function table(folder: string): Promise<string> {
  const results = await readResults(folder);
  const rows = [...results?.tasks.values() ?? []].map((task) => [
    task.task, String(task.items.length),
    ...(['acc', 'acc_norm'] as const).map((metric) => {
      const value = task.metrics[metric];
      return value === undefined ? '' : `${value.value.toFixed(3)} ± ${value.standardError?.toFixed(3) ?? 'N/A'}`;
    }),
  ]);
  return alignColumns([['task', 'items', 'acc', 'acc_norm'], ...rows], [1, 2, 3]);
}
