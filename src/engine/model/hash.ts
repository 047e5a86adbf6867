// Identity of a model: equal hashes mean equal outputs, whatever the folder is called and whoever wrote its config.json.
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import path from 'node:path';
import { readModelConfig } from './checkpoint';
import { weightFiles } from './weight-files';

/** SHA-256, hexadecimal, over the meaning of config.json and the bytes of the weight files. */
export async function modelHash(folder: string): Promise<string> {
  const hash = createHash('sha256');
  const config = await readModelConfig(folder);
  hash.update(JSON.stringify(Object.entries(config).sort(([a], [b]) => (a < b ? -1 : 1))));
  for (const name of await weightFiles(folder)) {
    hash.update(`\n${name}\n`);
    for await (const chunk of createReadStream(path.join(folder, name), { highWaterMark: 1 << 20 })) hash.update(chunk as Buffer);
  }
  return hash.digest('hex');
}
