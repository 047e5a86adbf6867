// Content identity: SHA-256 of files as a stream, and of a mix with everything it is built from.
import { createHash } from 'node:crypto';
import { createReadStream, existsSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import path from 'node:path';
import type { Mix } from '../../../documents/mix/schema';
import type { InputHash } from '../../../protocol/provenance';
import type { InputFile } from '../read/document';
import { inputGone, sayingWhichFile } from '../read/input/gone';

/** Raised when the same inputs would give other bytes than before. */
const productVersion = 3;

export async function hashFile(file: InputFile): Promise<InputHash> {
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const chunk of sayingWhichFile(file, createReadStream(file.path) as AsyncIterable<Buffer>)) {
    hash.update(chunk);
    bytes += chunk.length;
  }
  return { path: file.name, sha256: hash.digest('hex'), bytes };
}

/** Another one when the content of a file is likely another: its size, its time and which file it is. */
export async function stampOf(file: InputFile): Promise<string> {
  const { size, mtimeNs, ino } = await stat(file.path, { bigint: true }).catch((error: unknown) => { throw inputGone(file, error); });
  return `${size}-${mtimeNs}-${ino}`;
}

/** Files of a tokenizer folder that decide what a text is encoded to. */
export function tokenizerInputs(folder: string, name: string): InputFile[] {
  return ['tokenizer.json', 'tokenizer_config.json', 'special_tokens_map.json', 'chat_template.jinja']
    .map((file) => ({ path: path.join(folder, file), name: name === '' ? file : `${name}/${file}` }))
    .filter((file) => existsSync(file.path));
}

/** First 12 hex digits over the mix (but for its description), its inputs and the tokenizer. */
export function mixHash(mix: Mix, inputs: readonly InputHash[]): string {
  const content = { productVersion, mix: { ...mix, description: undefined }, inputs: inputs.map(({ path: name, sha256 }) => [name, sha256]) };
  return createHash('sha256').update(JSON.stringify(content)).digest('hex').slice(0, 12);
}
