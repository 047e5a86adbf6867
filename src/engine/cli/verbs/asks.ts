// preclinical asks: the inline answers that are kept.
import type { Command } from 'commander';
import { clearAsks, readAsks } from '../../../runs/asks';
import { rootOf } from '../context';

export function addAsks(program: Command): void {
  const asks = program.command('asks').description('answers to inline questions, kept in .preclinical/asks');
  asks.command('clear')
    .description('remove all of them')
    .action(async (_options: object, command: Command) => {
      const root = rootOf(command);
      const { length } = await readAsks(root);
      await clearAsks(root);
      console.log(`Removed ${length} answers.`);
    });
}
