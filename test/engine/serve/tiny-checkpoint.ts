// A checkpoint with random weights and a tokenizer trained on a few lines: talks nonsense, quickly and always the same.
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { architectureSchema } from '../../../src/documents/run/schema';
import { configFromArchitecture, initialiseModel, saveModel } from '../../../src/engine/model';
import { openBackend } from '../../../src/engine/tensors';
import { loadTokenizer, saveTokenizer, simpleChatTemplate, simpleChatTokens, trainByteLevelBpe } from '../../../src/engine/tokenizer';

export interface TinyCheckpoint {
  readonly folder: string;
  remove(): Promise<void>;
}

export const tinyContextLength = 2048;

export async function makeTinyCheckpoint(options: { readonly chatTemplate?: boolean } = {}): Promise<TinyCheckpoint> {
  const parent = await mkdtemp(path.join(os.tmpdir(), 'preclinical-serve-'));
  const folder = path.join(parent, 'tiny');
  const files = trainByteLevelBpe(['Question: which drug lowers the pressure?\nA. aspirin\nB. metoprolol\nAnswer: B', 'the patient was given naïve β-blockers 😀'], {
    vocabularySize: 300, specialTokens: { begin: '<s>', end: '</s>', additional: simpleChatTokens },
    ...(options.chatTemplate === false ? {} : { chatTemplate: simpleChatTemplate }),
  });
  await saveTokenizer(files, folder);
  await openBackend('wasm');
  const tokenizer = await loadTokenizer(folder);
  const shape = architectureSchema.parse({ hiddenSize: 16, intermediateSize: 32, layers: 2, heads: 2, keyValueHeads: 1, maxPositions: tinyContextLength });
  // A wide spread of weights, so that the model has opinions and a greedy text is not one token over and over.
  const model = initialiseModel(configFromArchitecture(shape, tokenizer.vocabularySize, tokenizer), 5, 0.5);
  await saveModel(model, folder, { dtype: 'f32' });
  model.dispose();
  return { folder, remove: () => rm(parent, { recursive: true, force: true }) };
}
