// Identity of a model: equal hashes mean equal outputs, whatever the folder is called and whoever wrote its config.json.
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import path from 'node:path';
import { readModelConfig } from './checkpoint';
import { adapterWeightsFile, readAdapterConfig } from './lora/files';
import { checkpointChain } from './lora/load';
import { weightFiles } from './weight-files';

/**
 * SHA-256, hexadecimal, over the meaning of config.json and the bytes of the weight files; of an adapter, over these of
 * its base and the adapter's settings and weights.
 */
export async function modelHash(folder: string): Promise<string> {
  const hash = createHash('sha256');
  const update = async (directory: string, name: string): Promise<void> => {
    hash.update(`\n${name}\n`);
    for await (const chunk of createReadStream(path.join(directory, name), { highWaterMark: 1 << 20 })) hash.update(chunk as Buffer);
  };
  const [weights, ...adapters] = (await checkpointChain(folder)).reverse();
  const config = await readModelConfig(weights!);
  hash.update(JSON.stringify(Object.entries(config).sort(([a], [b]) => (a < b ? -1 : 1))));
  for (const name of await weightFiles(weights!)) await update(weights!, name);
  for (const adapter of adapters) {
    hash.update(JSON.stringify((await readAdapterConfig(adapter)).settings));
    await update(adapter, adapterWeightsFile);
  }
  return hash.digest('hex');
}
