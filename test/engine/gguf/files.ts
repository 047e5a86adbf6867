// The models and tokenizers whose GGUF files are held against what llama.cpp's gguf package reads in them.
import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { saveGguf, type GgufDtype } from '../../../src/engine/gguf';
import { initialiseModel, loadModel, type Model, type ModelConfig } from '../../../src/engine/model';
import { packageRoot } from '../../../src/engine/parts/assets';
import { loadTokenizer } from '../../../src/engine/tokenizer';
import { fixtureFolder } from '../model/reference';

/** Sizes that divide into blocks, but for the hidden size of the fixtures' models. */
export const llama3: ModelConfig = {
  family: 'llama', vocabularySize: 640, hiddenSize: 64, intermediateSize: 96, layers: 1, heads: 4, keyValueHeads: 2, headSize: 16, maxPositions: 128, ropeTheta: 10000,
  ropeScaling: { kind: 'llama3', factor: 4, originalMaxPositions: 32, lowFrequencyFactor: 1, highFrequencyFactor: 4 }, slidingWindow: null, normEpsilon: 1e-5,
  tieEmbeddings: true, bosTokenId: 0, eosTokenId: 1,
};
export const referenceFiles: readonly { readonly name: string; readonly dtype: GgufDtype; readonly tokenizer: string; readonly end: string; readonly model: () => Promise<Model> }[] = [
  { name: 'llama3-q8_0.gguf', dtype: 'q8_0', tokenizer: 'llama3', end: '<|end_of_text|>', model: () => Promise.resolve(initialiseModel(llama3, 5, 0.3)) },
  { name: 'mistral-f16.gguf', dtype: 'f16', tokenizer: 'prepend', end: '</s>', model: () => Promise.resolve(initialiseModel({ ...llama3, family: 'mistral', vocabularySize: 900, tieEmbeddings: false, slidingWindow: 40, ropeScaling: { kind: 'linear', factor: 2 } }, 6, 0.3)) },
  { name: 'mixtral-f32.gguf', dtype: 'f32', tokenizer: 'prepend', end: '</s>', model: () => loadModel(fixtureFolder('mixtral-balanced')) },
];

/** The folder of a committed tokenizer with a config and a chat template. */
export function makeTokenizerFolder(folder: string, name: string, tokenizer: string, end: string): string {
  const made = path.join(folder, `${name}.tokenizer`);
  mkdirSync(made, { recursive: true });
  copyFileSync(path.join(packageRoot, 'test', 'fixtures', 'tokenizer', `${tokenizer}.tokenizer.json`), path.join(made, 'tokenizer.json'));
  writeFileSync(path.join(made, 'tokenizer_config.json'), JSON.stringify({ bos_token: tokenizer === 'llama3' ? '<|begin_of_text|>' : '<s>', eos_token: end, chat_template: '{{ messages }}' }));
  return made;
}

/** Writes each file and returns their paths. */
export async function writeReferenceFiles(folder: string): Promise<string[]> {
  const paths: string[] = [];
  for (const { name, dtype, tokenizer, end, model: make } of referenceFiles) {
    const tokenizerFolder = makeTokenizerFolder(folder, name, tokenizer, end);
    const model = await make();
    paths.push(path.join(folder, name));
    await saveGguf(model, path.join(folder, name), { name, dtype, tokenizerFolder, tokenizer: await loadTokenizer(tokenizerFolder), extra: { 'preclinical.egress': 'never' } });
    model.dispose();
  }
  return paths;
}
