// Opens a checkpoint folder whatever it holds: whole weights, or an adapter, which is merged into the weights of its base
// so that scoring, generation and export need not know of it. Training opens the two apart.
import { existsSync } from 'node:fs';
import path from 'node:path';
import { userError } from '../../../base/errors/problem';
import { cachedSnapshot, parseHubReference, type HubReference } from '../../hub';
import { generationFile, loadModel as loadWeights, readModelConfig as readConfig } from '../checkpoint';
import type { ModelConfig } from '../config';
import type { Model } from '../model';
import { parameterShapes } from '../parameters';
import { adapterConfigFile, isAdapterFolder, readAdapter, readAdapterConfig, shortened, type AdapterBase } from './files';
import { mergeAdapter } from './merge';

/** Adapters may stand on adapters, but not on themselves. */
const deepestChain = 8;

/** Loads the weights into variables of the backend that is open, with the folder's adapter merged in when it has one. */
export async function loadModel(folder: string): Promise<Model> {
  const [weights, ...adapters] = (await checkpointChain(folder)).reverse();
  const model = await loadWeights(weights!);
  try {
    for (const adapterFolder of adapters) {
      const adapter = await readAdapter(adapterFolder, parameterShapes(model.config));
      mergeAdapter(model.parameters, adapter);
      adapter.dispose();
    }
  } catch (error) {
    model.dispose();
    throw error;
  }
  return model;
}

/** Reads config.json of a checkpoint folder; of an adapter, that of its base. */
export async function readModelConfig(folder: string): Promise<ModelConfig> {
  return readConfig((await checkpointChain(folder)).at(-1)!);
}

/** The folder, then the base of each adapter, down to the folder with whole weights. */
export async function checkpointChain(folder: string): Promise<string[]> {
  const chain = [folder];
  while (isAdapterFolder(chain.at(-1)!)) {
    const { base } = await readAdapterConfig(chain.at(-1)!);
    const found = base && (isCheckpoint(base.folder) ? base.folder : await onHub(base, cachedBase));
    if (found === undefined || chain.length > deepestChain) {
      const hub = base && onHub(base, (reference) => reference.repository);
      throw userError({
        code: 'adapter-base-missing', file: path.join(chain.at(-1)!, adapterConfigFile), key: 'base_model_name_or_path', ...(base === undefined ? {} : { value: shortened(base.name) }),
        message: found === undefined ? 'the checkpoint this adapter belongs to is not there' : 'the bases of this adapter lead in a circle',
        next: `${hub === undefined ? 'Set' : `If it is a model of the Hub, \`preclinical download ${hub}\`; else set`} base_model_name_or_path to the folder of the base checkpoint, absolute or relative to the adapter's folder.`,
      });
    }
    chain.push(found);
  }
  return chain;
}

/**
 * The model of the Hub that a checkpoint lacks: the base of its adapter, named by its id, that is not in the cache.
 * Undefined when nothing can be downloaded to complete it.
 */
export async function missingHubBase(folder: string): Promise<HubReference | undefined> {
  let at = folder;
  for (let deep = 0; deep <= deepestChain && isAdapterFolder(at); deep++) {
    const { base } = await readAdapterConfig(at);
    if (base === undefined) return undefined;
    const next = isCheckpoint(base.folder) ? base.folder : await onHub(base, cachedBase);
    if (next === undefined) return onHub(base, (reference) => reference);
    at = next;
  }
  return undefined;
}

/** Folder of a checkpoint's tokenizer: its own, or where an adapter has none, that of its base. */
export function tokenizerFolderOf(folder: string): Promise<string> {
  return folderWith('tokenizer.json', folder);
}

/** Folder of a checkpoint's generation_config.json: an adapter generates as its base does, unless it says otherwise. */
export function generationFolderOf(folder: string): Promise<string> {
  return folderWith(generationFile, folder);
}

/** The first of the chain that has the file; the checkpoint's own when none has. */
async function folderWith(name: string, folder: string): Promise<string> {
  if (existsSync(path.join(folder, name))) return folder;
  return (await checkpointChain(folder)).find((each) => existsSync(path.join(each, name))) ?? folder;
}

function isCheckpoint(folder: string): boolean {
  return existsSync(path.join(folder, 'config.json')) || isAdapterFolder(folder);
}

/** Undefined where the base is not named as models of the Hub are. */
function onHub<T>({ name, revision }: AdapterBase, use: (reference: HubReference) => T): T | undefined {
  const reference = parseHubReference(revision === undefined ? name : `${name}@${revision}`);
  return reference === undefined ? undefined : use(reference);
}

/** Whatever has the weights: the adapter may have brought its own tokenizer. */
function cachedBase(reference: HubReference): Promise<string | undefined> {
  return cachedSnapshot(reference, undefined, ['config.json']);
}
