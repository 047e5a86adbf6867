// preclinical sample FOLDER: writes the sample workspace.
import path from 'node:path';
import type { Command } from 'commander';
import { createSampleWorkspace } from '../../sample';

export function addSample(program: Command): void {
  program.command('sample')
    .description('write the sample workspace: medical facts, passages, dialogues, questions, and the files of the sample study')
    .argument('<folder>', 'where to write it')
    .option('--scale <scale>', 'full, or tiny for a study of about a minute', 'full')
    .option('--seed <n>', 'seed of everything random in it', '1')
    .action(async (folder: string, options: { scale: string; seed: string }) => {
      await createSampleWorkspace(path.resolve(folder), { scale: options.scale === 'tiny' ? 'tiny' : 'full', seed: Number(options.seed) });
      console.log(`The sample workspace is in ${path.resolve(folder)}.`);
    });
}
