// Opens a checkpoint folder whatever it holds: whole weights, or an adapter, which is merged into the weights of its base
// so that scoring, generation and export need not know of it. Training opens the two apart.
import { existsSync } from 'node:fs';
import path from 'node:path';
import { userError } from '../../../base/errors/problem';
import { loadModel as loadWeights, readModelConfig as readConfig } from '../checkpoint';
import type { ModelConfig } from '../config';
import type { Model } from '../model';
import { parameterShapes } from '../parameters';
import { adapterConfigFile, isAdapterFolder, readAdapter, readAdapterConfig, shortened } from './files';
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
    const known = base !== undefined && (existsSync(path.join(base, 'config.json')) || isAdapterFolder(base));
    if (!known || chain.length > deepestChain) {
      throw userError({
        code: 'adapter-base-missing', file: path.join(chain.at(-1)!, adapterConfigFile), key: 'base_model_name_or_path', ...(base === undefined ? {} : { value: shortened(base) }),
        message: known ? 'the bases of this adapter lead in a circle' : 'the checkpoint this adapter belongs to is not there',
        next: 'Set base_model_name_or_path to the folder of the base checkpoint, absolute or relative to the adapter\'s folder.',
      });
    }
    chain.push(base);
  }
  return chain;
}
