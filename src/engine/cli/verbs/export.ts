// preclinical export MODEL FOLDER: a checkpoint in the Hugging Face layout for other tools.
import path from 'node:path';
import { rename } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import type { Command } from 'commander';
import { userError } from '../../../base/errors/problem';
import { findCheckpoint } from '../../jobs/prepare/checkpoint';
import { fromStoredPath } from '../../jobs/prepare/paths';
import { rootOf } from '../context';

export function addExport(program: Command): void {
  program.command('export')
    .description('write a checkpoint in the Hugging Face layout, with its tokenizer')
    .argument('<model>', 'a run, a checkpoint folder, or sample for the model that is shipped')
    .argument('<folder>', 'a new folder')
    .option('--dtype <type>', 'bf16 or f32', 'bf16')
    .action(async (reference: string, folder: string, options: { dtype: string }, command: Command) => {
      const root = rootOf(command);
      const target = path.resolve(folder);
      if (existsSync(target)) throw userError({ code: 'export-exists', key: 'folder', value: folder, message: 'this folder is already there', next: 'Name a new one.' });
      if (options.dtype !== 'bf16' && options.dtype !== 'f32') throw userError({ code: 'export-dtype', key: '--dtype', value: options.dtype, message: 'weights are written as bf16 or f32', next: 'Choose one of them.' });
      const { checkpoint } = await findCheckpoint(root, process.cwd(), reference, { key: 'model' });
      const from = fromStoredPath(root, checkpoint);
      const { openBackend } = await import('../../tensors');
      const { loadModel, saveModel } = await import('../../model');
      const { copyTokenizerFiles } = await import('../../tokenizer');
      await openBackend('wasm');
      const model = await loadModel(from);
      const aside = `${target}.partial`;
      await saveModel(model, aside, { dtype: options.dtype });
      await copyTokenizerFiles(from, aside);
      await rename(aside, target);
      console.log(`Exported to ${target} (${options.dtype}).`);
    });
}
