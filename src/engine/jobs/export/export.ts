// Writes a checkpoint for other tools: whole weights, an adapter merged in, with the tokenizer, where generation starts and
// stops, and what the checkpoint says of itself: a model marked `egress: never` stays marked.
import { existsSync } from 'node:fs';
import { copyFile, mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { replaceFolder, temporaryBeside } from '../../../runs/files/atomic';
import { diskFullError } from '../../../runs/files/disk-error';
import { saveGguf } from '../../gguf';
import { requireTokenizerFits } from '../../inference';
import { checkpointChain, generationFile, loadModel, saveModel, type Model } from '../../model';
import { openBackend } from '../../tensors';
import { copyTokenizerFiles, loadTokenizer } from '../../tokenizer';
import { originFile, readOrigin } from '../../train';
import type { ExportChoice } from './choice';

/**
 * The target appears whole or not at all. Returns what the user should know of it.
 * @param name of the model, for people.
 */
export async function exportCheckpoint(from: string, target: string, choice: ExportChoice, name: string): Promise<readonly string[]> {
  const tokenizer = await loadTokenizer(from);
  await openBackend('wasm');
  const model = await loadModel(from);
  requireTokenizerFits(from, tokenizer, model);
  const origin = await readOrigin(from);
  const notes = origin?.egress === 'never' ? ['It is marked egress: never: it was trained on data that may not leave this machine.'] : [];
  try {
    if (choice.format === 'huggingface') await saveFolder(model, from, target, choice.dtype);
    else {
      await mkdir(path.dirname(target), { recursive: true });
      const extra = origin === undefined ? {} : { 'preclinical.egress': origin.egress, 'preclinical.phi': origin.phi };
      notes.push(...await saveGguf(model, target, { name, dtype: choice.dtype, tokenizerFolder: from, tokenizer, extra }));
    }
  } catch (error) {
    throw diskFullError(error, 'Free some space, or export to another disk.') ?? error;
  } finally {
    model.dispose();
  }
  return notes;
}

async function saveFolder(model: Model, from: string, target: string, dtype: Extract<ExportChoice, { format: 'huggingface' }>['dtype']): Promise<void> {
  await mkdir(path.dirname(target), { recursive: true });
  const aside = temporaryBeside(target);
  try {
    await saveModel(model, aside, { dtype });
    await copyTokenizerFiles(from, aside);
    // An adapter generates as its base does, unless it says otherwise.
    const generation = (await checkpointChain(from)).map((folder) => path.join(folder, generationFile)).find((file) => existsSync(file));
    if (generation !== undefined) await copyFile(generation, path.join(aside, generationFile));
    if (existsSync(path.join(from, originFile))) await copyFile(path.join(from, originFile), path.join(aside, originFile));
    await replaceFolder(aside, target);
  } catch (error) {
    await rm(aside, { recursive: true, force: true });
    throw error;
  }
}
