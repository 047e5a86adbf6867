// Checkpoints to measure with: the shape of the sample model, with room for examples, and larger ones of its family. Their
// weights are random, and the tokens that end a text have no logit worth choosing, so that greedy texts are as long as asked.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { architectureSchema } from '../../src/documents/run/schema';
import { configFromArchitecture, initialiseModel, saveModel } from '../../src/engine/model';
import { mediaPath } from '../../src/engine/parts/assets';
import { embeddingName, headName } from '../../src/engine/model/parameters';
import { openBackend, tensor2d, tidy } from '../../src/engine/tensors';
import { copyTokenizerFiles, loadTokenizer } from '../../src/engine/tokenizer';

export interface BenchCheckpoint { readonly name: string; readonly folder: string; readonly remove: () => void }

const shapes = {
  '1M': { hiddenSize: 128, intermediateSize: 344, layers: 2, heads: 4, keyValueHeads: 2, maxPositions: 4096 },
  '5M': { hiddenSize: 256, intermediateSize: 688, layers: 4, heads: 8, keyValueHeads: 4, maxPositions: 4096 },
  '30M': { hiddenSize: 512, intermediateSize: 1376, layers: 9, heads: 8, keyValueHeads: 4, maxPositions: 4096 },
} as const;

export type BenchSize = keyof typeof shapes;
export const benchSizes: readonly BenchSize[] = ['1M', '5M', '30M'];

export async function benchCheckpoint(size: BenchSize): Promise<BenchCheckpoint> {
  const folder = mkdtempSync(path.join(tmpdir(), `preclinical-bench-${size}-`));
  const sample = mediaPath('sample', 'model');
  await copyTokenizerFiles(sample, folder);
  await openBackend('wasm');
  const tokenizer = await loadTokenizer(folder);
  const model = initialiseModel(configFromArchitecture(architectureSchema.parse(shapes[size]), tokenizer.vocabularySize, tokenizer), 1, 0.02);
  const head = model.parameters.get(headName) ?? model.parameters.get(embeddingName)!;
  const [vocabularySize, width] = head.shape as [number, number];
  const values = await head.data<'float32'>();
  for (const id of [model.config.eosTokenId, tokenizer.endId]) values.fill(0, id * width, (id + 1) * width);
  tidy(() => { head.assign(tensor2d(values, [vocabularySize, width])); });
  await saveModel(model, folder, { dtype: 'f32' });
  model.dispose();
  return { name: size, folder, remove: () => { rmSync(folder, { recursive: true, force: true }); } };
}

/** Sizes named on the command line, else all. */
export function chosenSizes(): readonly BenchSize[] {
  const chosen = benchSizes.filter((size) => process.argv.slice(2).includes(size));
  return chosen.length > 0 ? chosen : benchSizes;
}
