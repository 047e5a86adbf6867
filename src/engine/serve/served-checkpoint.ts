// A safetensors checkpoint in the worker: the engine's own batches, within bounds of memory.
import { Batcher, createGenerator, modelBytes, openCheckpoint, tokenLogProbabilities, type LoadedCheckpoint } from '../inference';
import type { ServedModel } from './generation';
import { assertWeightsFit, planMemory } from './memory/plan';
import { ModelMemory } from './memory/model-memory';
import type { ModelFacts } from './messages';

const mostSequences = 32;
const bytesPerNumber = 4;
/** Tokens and logits of a pass, as the batcher makes them. */
const tokensPerPass = 512;
const logitsBytes = 2 ** 26;

export interface OpenedModel {
  readonly model: ServedModel;
  readonly facts: ModelFacts;
}

/** @param capBytes most memory this process may take; throws a user error when that is too little. */
export async function openServedCheckpoint(folder: string, capBytes: number): Promise<OpenedModel> {
  assertWeightsFit(capBytes, await modelBytes(folder));
  const checkpoint = await openCheckpoint(folder);
  const { tokenizer, model, name, hash } = checkpoint;
  const { layers, keyValueHeads, headSize, maxPositions } = model.config;
  const plan = planMemory({
    capBytes, heldBytes: process.memoryUsage.rss(), passBytes: passBytes(model.config), maxPositions,
    bytesPerToken: layers * 2 * keyValueHeads * headSize * bytesPerNumber,
  });
  const { contextLength, prefixBytes } = plan;
  const batcher = new Batcher(model, { prefixBytes, mostSequences });
  return {
    model: {
      tokenizer, contextLength, generator: createGenerator(checkpoint, batcher), memory: new ModelMemory(plan),
      score: (ids, top, signal) => tokenLogProbabilities(checkpoint, ids, { top, signal, batcher }),
      forget: () => { batcher.dispose(); },
    },
    facts: { name, hash, contextLength, modelContextLength: maxPositions, hasChatTemplate: tokenizer.chatTemplate !== undefined },
  };
}

/** Of the rows of one pass: what a layer makes of them, and the logits of some. */
function passBytes({ hiddenSize, intermediateSize, experts }: LoadedCheckpoint['model']['config']): number {
  return tokensPerPass * bytesPerNumber * (8 * hiddenSize + 4 * intermediateSize * (experts?.perToken ?? 1)) + logitsBytes;
}
