#!/usr/bin/env node
// The program `preclinical`: parses the command line and hands over to one verb. Only this folder prints.
import { Command, CommanderError } from 'commander';
import { formatProblem, Stopped, UserError } from '../../base/errors/problem';
import { packageVersion } from '../parts/assets';
import { exitCodes } from './exit-codes';
import { addVerbs } from './verbs';

async function main(): Promise<number> {
  const program = new Command('preclinical')
    .description('Adapt language models to clinical text: data mixes, continued pretraining, instruct fine-tuning, evaluation, prompt experiments. For research; gives no medical advice.')
    .version(packageVersion)
    .option('--root <folder>', 'workspace root (default: nearest folder with .preclinical, else the Git root, else here)')
    .showHelpAfterError()
    .exitOverride();
  let code: number = exitCodes.done;
  addVerbs(program, (result) => { code = result; });
  try {
    await program.parseAsync();
    return code;
  } catch (error) {
    return report(error);
  }
}

function report(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.done : exitCodes.userError;
  if (error instanceof UserError) {
    for (const problem of error.problems) console.error(formatProblem(problem));
    return exitCodes.userError;
  }
  if (error instanceof Stopped) {
    console.error(error.message);
    return exitCodes.stopped;
  }
  console.error(error instanceof Error ? error.stack : error);
  console.error('This is a bug in Preclinical. Please report it with the lines above.');
  return exitCodes.bug;
}

process.exitCode = await main();
