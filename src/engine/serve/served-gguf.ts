// A GGUF file in the worker, through llama.cpp.
import { openGguf } from '../inference';
import type { ServedModel } from './generation';
import type { ModelFacts } from './messages';

export async function openServedGguf(file: string): Promise<{ readonly model: ServedModel; readonly facts: ModelFacts }> {
  const { name, hash, contextLength, tokenizer, generator } = await openGguf(file);
  return {
    model: { tokenizer, generator, contextLength, score: undefined },
    facts: { name, hash, contextLength, hasChatTemplate: tokenizer.chatTemplate !== undefined },
  };
}
