// A safetensors checkpoint in the worker: the engine's own batches, within bounds of memory.
import { Batcher, createGenerator, openCheckpoint, tokenLogProbabilities } from '../inference';
import type { ServedModel } from './generation';
import type { ModelFacts } from './messages';

/** For keys and values of the sequences of one batch, and for those of earlier ones that may be shared. */
const batchBytes = 2 ** 30;
const prefixBytes = 2 ** 28;
const mostSequences = 32;

export async function openServedCheckpoint(folder: string): Promise<{ readonly model: ServedModel; readonly facts: ModelFacts }> {
  const checkpoint = await openCheckpoint(folder);
  const { tokenizer, model, name, hash } = checkpoint;
  const { layers, keyValueHeads, headSize, maxPositions: contextLength } = model.config;
  // Keys and values, f32.
  const bytesPerSequence = contextLength * layers * 2 * keyValueHeads * headSize * 4;
  const batcher = new Batcher(model, { prefixBytes, mostSequences: Math.max(1, Math.min(mostSequences, Math.floor(batchBytes / bytesPerSequence))) });
  return {
    model: {
      tokenizer, contextLength, generator: createGenerator(checkpoint, batcher),
      score: (ids, top, signal) => tokenLogProbabilities(checkpoint, ids, { top, signal, batcher }),
    },
    facts: { name, hash, contextLength, hasChatTemplate: tokenizer.chatTemplate !== undefined },
  };
}
