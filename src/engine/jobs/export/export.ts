// Writes a checkpoint for other tools: whole weights, an adapter merged in, with the tokenizer, where generation starts and
// stops, and what the checkpoint says of itself: a model marked `egress: never` stays marked.
import { existsSync } from 'node:fs';
import { copyFile, mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { replaceFolder, temporaryBeside } from '../../../runs/files/atomic';
import { diskFullError } from '../../../runs/files/disk-error';
import { saveGguf } from '../../gguf';
import { requireTokenizerFits } from '../../inference';
import { checkpointChain, generationFile, generationFolderOf, loadModel, saveModel, tokenizerFolderOf, type Model } from '../../model';
import { openBackend } from '../../tensors';
import { copyTokenizerFiles, loadTokenizer } from '../../tokenizer';
import { originFile, readOrigin } from '../../train';
import type { ExportChoice } from './choice';

/**
 * The target appears whole or not at all. Returns what the user should know of it.
 * @param name of the model, for people.
 */
export async function exportCheckpoint(from: string, target: string, choice: ExportChoice, name: string): Promise<readonly string[]> {
  const tokenizerFolder = await tokenizerFolderOf(from);
  const tokenizer = await loadTokenizer(tokenizerFolder);
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
      notes.push(...await saveGguf(model, target, { name, dtype: choice.dtype, tokenizerFolder, tokenizer, extra }));
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
    await copyTokenizerFiles(await tokenizerFolderOf(from), aside);
    const generation = path.join(await generationFolderOf(from), generationFile);
    if (existsSync(generation)) await copyFile(generation, path.join(aside, generationFile));
    const record = (await checkpointChain(from)).map((folder) => path.join(folder, originFile)).find((file) => existsSync(file));
    if (record !== undefined) await copyFile(record, path.join(aside, originFile));
    await replaceFolder(aside, target);
  } catch (error) {
    await rm(aside, { recursive: true, force: true });
    throw error;
  }
}
