// preclinical estimate FILE: what a run or a study needs, before anything starts.
import path from 'node:path';
import type { Command } from 'commander';
import { userError } from '../../../base/errors/problem';
import type { Estimate } from '../../../protocol/estimate';
import { english, estimateTable } from '../../../protocol/estimate-words';
import { fileArgument, rootOf, setOption } from '../context';

interface EstimateOptions { set: Record<string, unknown>; json?: boolean; calibrate: boolean; again?: boolean }

export function addEstimate(program: Command): void {
  program.command('estimate')
    .description('say what a *.run.yaml or *.study.yaml needs: memory, tokens, updates, epochs, time, disk; starts nothing')
    .argument('<file>', 'a *.run.yaml or *.study.yaml')
    .option(...setOption)
    .option('--no-calibrate', 'do not time micro-batches; use what an earlier estimate measured')
    .option('--again', 'time micro-batches anew')
    .option('--json', 'print as JSON')
    .action(async (file: string, options: EstimateOptions, command: Command) => {
      const estimate = await estimateFile(rootOf(command), fileArgument(file), options);
      console.log(options.json ? JSON.stringify(estimate) : estimateTable(estimate, english));
    });
}

async function estimateFile(root: string, file: string, options: EstimateOptions): Promise<Estimate> {
  const choices = { overrides: options.set, calibration: options.again ? 'anew' : options.calibrate ? 'when-needed' : 'cached' } as const;
  if (file.endsWith('.study.yaml')) return (await import('../../jobs/estimate/study')).estimateStudy(root, file, choices);
  if (file.endsWith('.run.yaml')) return (await (await import('../../jobs/estimate/run')).estimateRun(root, file, choices)).estimate;
  throw userError({ code: 'estimate-file', file: path.basename(file), message: 'only runs and studies have an estimate', next: 'Name a *.run.yaml or a *.study.yaml.' });
}
