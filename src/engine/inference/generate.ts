// Generates text token by token over a key/value cache; generations that are under way at once share their passes.
// Legend: V vocabulary.
import { userError } from '../../base/errors/problem';
import { Batcher } from './batch/batcher';
import { logSumExp, topTokens } from './distribution';
import type { GenerationEnd, Generator, SamplingSettings, TokenPiece } from './interfaces';
import type { LoadedCheckpoint } from './open';
import { prefixToken } from './prefix';
import { Sampler } from './sampler';
import { TextAssembler } from './text-assembler';

/**
 * A generator over one checkpoint. Each token's piece comes when the next token is known, since text may have to be held
 * back; the texts of all pieces joined are the answer. The end token is counted and told at the end.
 */
export function createGenerator(checkpoint: LoadedCheckpoint, batcher = new Batcher(checkpoint.model)): Generator {
  return {
    async *generate(promptIds, settings, signal) {
      const prompt = promptIds.length > 0 ? promptIds : [prefixToken(checkpoint.tokenizer)];
      const maxTokens = Math.min(settings.maxTokens, roomAfter(prompt, checkpoint));
      const answer = new Answer(checkpoint, prompt, { ...settings, maxTokens });
      if (maxTokens === 0) return answer.end;
      const abandoned = new AbortController();
      const running = batcher.generate(prompt, (logits_V) => answer.next(logits_V), signal ? AbortSignal.any([signal, abandoned.signal]) : abandoned.signal)
        .finally(() => { answer.close(); });
      try {
        yield* answer.pieces();
        await running;
        return answer.end;
      } finally {
        abandoned.abort();
        await running.catch(() => undefined);
      }
    },
  };
}

/** What is said, token by token, and who reads it. */
class Answer {
  readonly #text: TextAssembler;
  readonly #sampler: Sampler;
  readonly #ready: TokenPiece[] = [];
  #last: TokenPiece | undefined;
  #endToken: TokenPiece | undefined;
  #reason: GenerationEnd['reason'] = 'length';
  #tokens = 0;
  #closed = false;
  #wake: () => void = () => undefined;

  constructor(private readonly checkpoint: LoadedCheckpoint, private readonly prompt: readonly number[], private readonly settings: SamplingSettings) {
    this.#text = new TextAssembler(checkpoint.tokenizer, settings.stop);
    this.#sampler = new Sampler(prompt, settings);
  }

  get end(): GenerationEnd {
    return { reason: this.#reason, promptTokens: this.prompt.length, completionTokens: this.#tokens, ...(this.#endToken ? { endToken: this.#endToken } : {}) };
  }

  /** The next token; undefined when it is the last. */
  next(logits_V: Float32Array): number | undefined {
    const id = this.#sampler.next(logits_V);
    this.#tokens += 1;
    if (this.checkpoint.stopTokens.has(id)) {
      this.#reason = 'stop';
      this.#endToken = describe(id, '', logits_V, this.settings.topLogProbabilities);
    } else {
      if (this.#last) this.#release(this.#last);
      this.#last = describe(id, this.#text.push(id), logits_V, this.settings.topLogProbabilities);
      if (this.#text.stopped) this.#reason = 'stop';
    }
    if (this.#reason !== 'stop' && this.#tokens < this.settings.maxTokens) return id;
    if (this.#last) this.#release({ ...this.#last, text: this.#last.text + this.#text.finish() });
    return undefined;
  }

  close(): void {
    this.#closed = true;
    this.#wake();
  }

  async *pieces(): AsyncGenerator<TokenPiece, void> {
    for (;;) {
      while (this.#ready.length > 0) yield this.#ready.shift()!;
      if (this.#closed) return;
      await new Promise<void>((resolve) => { this.#wake = resolve; });
    }
  }

  #release(piece: TokenPiece): void {
    this.#ready.push(piece);
    this.#wake();
  }
}

function describe(id: number, text: string, logits_V: Float32Array, top: number | undefined): TokenPiece {
  if (top === undefined) return { id, text };
  const normaliser = logSumExp(logits_V);
  return { id, text, logProbability: logits_V[id]! - normaliser, ...(top > 0 ? { top: topTokens(logits_V, top, normaliser) } : {}) };
}

function roomAfter(prompt: readonly number[], { model }: LoadedCheckpoint): number {
  const { maxPositions } = model.config;
  if (prompt.length < maxPositions) return maxPositions - prompt.length;
  throw userError({
    code: 'prompt-too-long', value: `${prompt.length} tokens`, message: `The prompt leaves no room for an answer in the model's ${maxPositions} positions.`,
    next: 'Shorten the prompt, or use a model with more positions.',
  });
}
