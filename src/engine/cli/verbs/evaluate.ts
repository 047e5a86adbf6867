// preclinical evaluate MODEL --task FILE: scores a checkpoint on question sets as lm-evaluation-harness does.
import { Option, type Command } from 'commander';
import { readResults } from '../../../runs/scored/read';
import { userError } from '../../../base/errors/problem';
import { misplacedSetting, type ScoringEngine } from '../../../documents/study/scoring-engine';
import type { LaunchedElsewhere } from '../../../protocol/job-file';
import { findCheckpoint, modelName } from '../../jobs/prepare/checkpoint';
import { findTaskFile, prepareEvaluate } from '../../jobs/prepare/evaluate';
import { demandTemplateForTurns, evaluatePrompt } from '../../jobs/prepare/evaluate-prompt';
import { launchSettings } from '../../jobs/prepare/launch-settings';
import { alignColumns } from '../../../base/text/columns';
import { collectOverride, fileArgument, rootOf, wholeNumber } from '../context';
import { downloadProgress } from '../follow/download-progress';
import { startJob } from '../start-job';
import type { SetExitCode } from '../verbs';

interface EvaluateOptions {
  task: string[]; data?: string; limit?: number; numFewshot?: number; fewshotSeed?: number; applyChatTemplate?: boolean; systemInstruction?: string; fewshotAsMultiturn?: boolean; rotateOptions?: boolean;
  engine: ScoringEngine; set: Record<string, unknown>;
  json?: boolean; foreground?: boolean; detach?: boolean;
}

export function addEvaluate(program: Command, setExitCode: SetExitCode): void {
  program.command('evaluate')
    .description('score a checkpoint on multiple-choice tasks; items already scored are not scored again')
    .argument('<model>', 'a run, a checkpoint folder, a model of the Hub (hub:ORGANISATION/NAME), or sample for the model that is shipped')
    .requiredOption('--task <file...>', 'task and group files (YAML as lm-evaluation-harness has it), or names of known ones, such as multimedqa')
    .option('--data <folder>', 'question files of the known tasks; left out, they come from the Hugging Face Hub')
    .option('--limit <n>', 'first questions of each task only', wholeNumber('--limit'))
    .option('--num-fewshot <n>', 'examples before each question, for tasks that do not set 0 themselves', wholeNumber('--num-fewshot'))
    .option('--fewshot-seed <n>', 'seed of examples that are drawn (default 1234, as lm-evaluation-harness)', wholeNumber('--fewshot-seed'))
    .option('--apply-chat-template', "render prompts with the model's chat template")
    .option('--system-instruction <text>', 'said before everything else')
    .option('--fewshot-as-multiturn', 'with a chat template: each example as a turn of its own (the default)')
    .option('--no-fewshot-as-multiturn', 'with a chat template: the examples and the question as one message')
    .option('--rotate-options', 'ask every question once with each option in each place, to see what their order decides')
    .addOption(new Option('--engine <engine>', 'who scores: this program, or lm-evaluation-harness in a Python of yours').choices(['embedded', 'lm-eval']).default('embedded'))
    .option('--set <key=value>', 'with --engine lm-eval: how it is started, by the keys of scaleout in a run file (python, processes, slurm.partition …); may be repeated', collectOverride, {})
    .option('--json', 'print events as JSON lines')
    .option('--foreground', 'run in this process')
    .option('--detach', 'start it and come back; with --json print its id and folder')
    .action(async (reference: string, options: EvaluateOptions, command: Command) => {
      demandTemplateForTurns(options);
      const root = rootOf(command);
      const model = await findCheckpoint(root, process.cwd(), reference, { key: 'model', onDownload: downloadProgress() });
      const name = `evaluate-${modelName(root, model)}`.toLowerCase().replace(/[^a-z0-9-]+/g, '-').slice(0, 60);
      const limit = options.limit === undefined ? {} : { limit: options.limit };
      const file = await prepareEvaluate(root, model, options.task.map((task) => findTaskFile(process.cwd(), task)), {
        name, ...limit, prompt: evaluatePrompt(options), rotateOptions: options.rotateOptions === true, onDownload: downloadProgress(),
        ...(options.data === undefined ? {} : { data: fileArgument(options.data) }),
        ...await elsewhere(root, model.job, options),
      });
      const { folder, code } = await startJob(root, file, options);
      if (code === 0 && !options.json && !options.detach) console.log(await table(folder));
      setExitCode(code);
    });
}

async function elsewhere(root: string, of: string | undefined, { engine, set, rotateOptions }: EvaluateOptions): Promise<{ elsewhere?: LaunchedElsewhere }> {
  const misplaced = misplacedSetting({ engine, launchKey: Object.keys(set)[0], rotateKey: rotateOptions === true ? '--rotate-options' : undefined, harness: '--engine lm-eval' });
  if (misplaced) throw userError({ code: 'evaluate-engine', value: engine, ...misplaced });
  return engine === 'embedded' ? {} : { elsewhere: { engine, scaleout: await launchSettings(root, set, of) } };
}

async function table(folder: string): Promise<string> {
  const tasks = [...(await readResults(folder))?.tasks.values() ?? []];
  const metrics = [...new Set(tasks.flatMap((task) => Object.keys(task.metrics)))];
  const rows = tasks.map((task) => [
    task.task, String(metrics.map((metric) => task.metrics[metric]?.n).find((n) => n !== undefined) ?? ''),
    ...metrics.map((metric) => {
      const value = task.metrics[metric];
      return value === undefined ? '' : `${value.value.toFixed(3)} ± ${value.standardError?.toFixed(3) ?? 'N/A'}`;
    }),
  ]);
  return alignColumns([['task', 'items', ...metrics], ...rows], [1, ...metrics.map((_, index) => index + 2)]);
}
