// preclinical export MODEL TARGET: a checkpoint for other tools, as a folder in the Hugging Face layout or a GGUF file.
import path from 'node:path';
import { existsSync } from 'node:fs';
import type { Command } from 'commander';
import { userError } from '../../../base/errors/problem';
import { formats, type ExportChoice } from '../../jobs/export/choice';
import { findCheckpoint } from '../../jobs/prepare/checkpoint';
import { fromStoredPath } from '../../jobs/prepare/paths';
import { rootOf } from '../context';
import { downloadProgress } from '../follow/download-progress';

interface ExportOptions { format: string; dtype?: string }

export function addExport(program: Command): void {
  program.command('export')
    .description('write a checkpoint with its tokenizer for other tools: in the Hugging Face layout, or as a GGUF file for llama.cpp')
    .argument('<model>', 'a run, a checkpoint folder, a model of the Hub (hub:ORGANISATION/NAME), or sample for the model that is shipped')
    .argument('<target>', 'a new folder, or with --format gguf a new file')
    .option('--format <format>', 'huggingface or gguf', 'huggingface')
    .option('--dtype <type>', 'huggingface: bf16 (the default), f16 or f32; gguf: f16 (the default), f32 or q8_0')
    .action(async (reference: string, to: string, options: ExportOptions, command: Command) => {
      const root = rootOf(command);
      const target = path.resolve(to);
      const choice = chosen(options);
      if (existsSync(target)) throw userError({ code: 'export-exists', key: 'target', value: to, message: 'this is already there', next: 'Name a new one.' });
      const { checkpoint, job } = await findCheckpoint(root, process.cwd(), reference, { key: 'model', onDownload: downloadProgress() });
      const { exportCheckpoint } = await import('../../jobs/export/export');
      const notes = await exportCheckpoint(fromStoredPath(root, checkpoint), target, choice, job ?? reference);
      console.log([`Exported to ${target} (${choice.dtype}).`, ...notes].join('\n'));
    });
}

function chosen({ format, dtype }: ExportOptions): ExportChoice {
  if (format !== 'huggingface' && format !== 'gguf') throw userError({ code: 'export-format', key: '--format', value: format, message: 'checkpoints are exported as huggingface or gguf', next: 'Choose one of them.' });
  const choice = formats[format].find((one) => one.dtype === (dtype ?? one.dtype));
  if (choice === undefined) throw userError({ code: 'export-dtype', key: '--dtype', value: dtype!, message: `weights are written as ${formats[format].map((one) => one.dtype).join(', ')}`, next: 'Choose one of them.' });
  return choice;
}
