// Generates text token by token over a key/value cache: the prompt once, then one token a pass.
// Legend: T tokens of a pass, D hidden, V vocabulary.
import { RandomStream } from '../../base/math/random';
import { userError } from '../../base/errors/problem';
import { KeyValueCache, type Model } from '../model';
import { slice, tidy } from '../tensors';
import { breathe } from './cooperate';
import { logSumExp, sampleToken, topTokens } from './distribution';
import type { GenerationEnd, Generator, SamplingSettings, TokenPiece } from './interfaces';
import type { LoadedCheckpoint } from './open';
import { prefixToken } from './prefix';
import { TextAssembler } from './text-assembler';

/** Tokens of the prompt in one pass: a long prompt can be stopped in between, and attention needs less memory at once. */
const promptTokensAtOnce = 512;

/**
 * A generator over one checkpoint; generations may interleave. Each token's piece comes when the next token is known,
 * since text may have to be held back; the texts of all pieces joined are the answer. The end token is counted and told at the end.
 */
export function createGenerator(checkpoint: LoadedCheckpoint): Generator {
  return {
    async *generate(promptIds, settings, signal) {
      const prompt = promptIds.length > 0 ? promptIds : [prefixToken(checkpoint.tokenizer)];
      const maxTokens = Math.min(settings.maxTokens, roomAfter(prompt, checkpoint));
      const cache = new KeyValueCache();
      try {
        return yield* generateWith(checkpoint, cache, prompt, { ...settings, maxTokens }, signal);
      } finally {
        cache.dispose();
      }
    },
  };
}

async function* generateWith(
  { model, tokenizer, stopTokens }: LoadedCheckpoint, cache: KeyValueCache, prompt: readonly number[], settings: SamplingSettings, signal: AbortSignal | undefined,
): AsyncGenerator<TokenPiece, GenerationEnd> {
  const random = RandomStream.of(settings.seed, 'generate');
  const text = new TextAssembler(tokenizer, settings.stop);
  let reason: GenerationEnd['reason'] = 'length';
  let completionTokens = 0;
  let last: TokenPiece | undefined;
  let endToken: TokenPiece | undefined;
  const sequence = [...prompt];
  while (completionTokens < settings.maxTokens) {
    const logits_V = await nextLogits(model, sequence, cache, signal);
    const id = sampleToken(logits_V, settings, random);
    completionTokens += 1;
    if (stopTokens.has(id)) {
      reason = 'stop';
      endToken = describe(id, '', logits_V, settings.topLogProbabilities ?? 0);
      break;
    }
    const piece = describe(id, text.push(id), logits_V, settings.topLogProbabilities ?? 0);
    if (last) yield last;
    last = piece;
    if (text.stopped) {
      reason = 'stop';
      break;
    }
    sequence.push(id);
  }
  if (last) yield { ...last, text: last.text + text.finish() };
  return { reason, promptTokens: prompt.length, completionTokens, ...(endToken ? { endToken } : {}) };
}

/** Logits after the last token of the sequence; the cache takes all it has not yet. */
async function nextLogits(model: Model, sequence: readonly number[], cache: KeyValueCache, signal: AbortSignal | undefined): Promise<Float32Array> {
  // Past certain lengths a model may turn all its keys by other frequencies (LongRoPE): what is cached is then of no use.
  if (model.rotaryRegime(cache.length) !== model.rotaryRegime(sequence.length)) cache.dispose();
  for (;;) {
    await breathe(signal);
    const part = Int32Array.from(sequence.slice(cache.length, cache.length + promptTokensAtOnce));
    const isLast = cache.length + part.length === sequence.length;
    const logits = tidy(() => {
      const hidden_TD = model.hiddenCached(part, cache, sequence.length);
      return isLast ? model.logits(slice(hidden_TD, [part.length - 1, 0], [1, model.config.hiddenSize])).dataSync<'float32'>() : undefined;
    });
    if (logits) return logits;
  }
}

/** Log-probabilities are the model's own, whatever the temperature. */
function describe(id: number, text: string, logits_V: Float32Array, top: number): TokenPiece {
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
