// A GGUF file in the worker, through llama.cpp, which takes keys and values of all its sequences when it opens the file.
import { openGguf } from '../inference';
import type { OpenedModel } from './served-checkpoint';

/** @param capBytes most memory this process may take; throws a user error when that is too little. */
export async function openServedGguf(file: string, capBytes: number): Promise<OpenedModel> {
  const { name, hash, contextLength, modelContextLength, tokenizer, generator } = await openGguf(file, { capBytes });
  return {
    model: { tokenizer, generator, contextLength, score: undefined },
    facts: { name, hash, contextLength, modelContextLength, hasChatTemplate: tokenizer.chatTemplate !== undefined },
  };
}
