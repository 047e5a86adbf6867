// Generates text with llama.cpp. A sequence keeps what it held, so that a prompt that begins like the last one in it costs
// what it has of its own.
import type { GenerationEnd, Generator, SamplingSettings, TokenPiece } from '../interfaces';
import { Stopped } from '../../../base/errors/problem';
import { sharedLength } from '../likelihood-plan';
import { TextAssembler, type Decoder } from '../text-assembler';
import type { LlamaModel, LlamaOptions, LlamaSequence } from './module';

/** Tokens a penalty looks at, at most. */
const mostPenalised = 4096;

export function createLlamaGenerator(model: LlamaModel, sequences: readonly LlamaSequence[], tokenizer: Decoder): Generator {
  const free = new FreeSequences(sequences);
  return {
    async *generate(prompt, settings, signal) {
      const sequence = await free.take(prompt, signal);
      try {
        return yield* generateWith(model, sequence, tokenizer, prompt, settings, signal);
      } finally {
        free.giveBack(sequence);
      }
    },
  };
}

async function* generateWith(
  model: LlamaModel, sequence: LlamaSequence, tokenizer: Decoder, prompt: readonly number[], settings: SamplingSettings, signal: AbortSignal | undefined,
): AsyncGenerator<TokenPiece, GenerationEnd> {
  const said: number[] = [];
  const text = new TextAssembler(tokenizer, settings.stop);
  let last: TokenPiece | undefined;
  let reason: GenerationEnd['reason'] = 'length';
  if (settings.maxTokens > 0) {
    // The last token of the prompt is computed, whatever the sequence holds.
    await sequence.adaptStateToTokens(prompt.slice(0, -1), false);
    const rest = prompt.slice(sequence.contextTokens.length);
    for await (const id of sequence.evaluate(rest, samplingOptions(prompt, said, settings))) {
      throwIfAborted(signal);
      said.push(id);
      if (model.isEogToken(id)) {
        reason = 'stop';
        break;
      }
      if (last) yield last;
      last = { id, text: text.push(id) };
      if (text.stopped) reason = 'stop';
      if (text.stopped || said.length >= settings.maxTokens) break;
    }
    if (last) yield { ...last, text: last.text + text.finish() };
  }
  return { reason, promptTokens: prompt.length, completionTokens: said.length };
}

function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw signal.reason instanceof Stopped ? signal.reason : new Stopped();
}

function samplingOptions(prompt: readonly number[], said: readonly number[], settings: SamplingSettings): LlamaOptions {
  const { temperature, topP, topK = 0, seed, repetitionPenalty = 1, presencePenalty = 0, frequencyPenalty = 0 } = settings;
  const penalises = repetitionPenalty !== 1 || presencePenalty !== 0 || frequencyPenalty !== 0;
  return {
    temperature, topP, topK, minP: 0, seed: seed >>> 0, yieldEogToken: true,
    // llama.cpp has one list of tokens for all penalties: those of the prompt count for the repetition penalty alone.
    repeatPenalty: penalises && {
      punishTokens: () => [...(presencePenalty === 0 && frequencyPenalty === 0 ? prompt : []), ...said].slice(-mostPenalised),
      maxPunishTokens: mostPenalised, penalty: repetitionPenalty, presencePenalty, frequencyPenalty,
    },
  };
}

/** Hands each prompt the free sequence that holds most of it; the others wait in line. */
class FreeSequences {
  readonly #free: LlamaSequence[];
  readonly #waiting: (() => void)[] = [];

  constructor(sequences: readonly LlamaSequence[]) {
    this.#free = [...sequences];
  }

  async take(prompt: readonly number[], signal: AbortSignal | undefined): Promise<LlamaSequence> {
    while (this.#free.length === 0) {
      await new Promise<void>((resolve) => {
        this.#waiting.push(resolve);
        signal?.addEventListener('abort', () => { resolve(); }, { once: true });
      });
      throwIfAborted(signal);
    }
    const [best] = [...this.#free].sort((a, b) => sharedLength(b.contextTokens, prompt) - sharedLength(a.contextTokens, prompt));
    this.#free.splice(this.#free.indexOf(best!), 1);
    return best!;
  }

  giveBack(sequence: LlamaSequence): void {
    this.#free.push(sequence);
    for (const wake of this.#waiting.splice(0)) wake();
  }
}
