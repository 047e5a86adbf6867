// preclinical sample FOLDER: writes the sample workspace into a folder of its own.
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { Option, type Command } from 'commander';
import { userError } from '../../../base/errors/problem';
import { createSampleWorkspace } from '../../sample';

/** What a folder may hold and still count as empty: nothing of it is overwritten. */
const beside = new Set(['.git', '.vscode', '.preclinical']);

export function addSample(program: Command): void {
  program.command('sample')
    .description('write the sample workspace: medical facts, passages, dialogues, questions, and the files of the sample study')
    .argument('<folder>', 'a new or empty folder')
    .addOption(new Option('--scale <scale>', 'full, or tiny for a study of about a minute').choices(['full', 'tiny'] as const).default('full'))
    .option('--seed <n>', 'seed of everything random in it', '1')
    .addOption(new Option('--fold <n>', 'which third of the facts is tested; the sample was made while looking at 1 only').choices(['1', '2', '3']).default('1'))
    .action(async (name: string, options: { scale: 'full' | 'tiny'; seed: string; fold: string }) => {
      const folder = path.resolve(name);
      await refuseUnlessEmpty(folder, name);
      await createSampleWorkspace(folder, { scale: options.scale, seed: Number(options.seed), fold: Number(options.fold) });
      console.log(`The sample workspace is in ${folder}.`);
    });
}

async function refuseUnlessEmpty(folder: string, value: string): Promise<void> {
  const found = (await readdir(folder).catch(() => [])).filter((entry) => !beside.has(entry));
  if (found.length === 0) return;
  throw userError({
    code: 'sample-folder-not-empty', key: 'folder', value,
    message: 'this folder is not empty, and nothing in it is overwritten', next: 'Name a new or an empty folder.',
  });
}
