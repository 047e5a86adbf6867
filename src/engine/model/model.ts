// A model in memory: its config and its weights as tfjs variables under their Hugging Face names. The embedding, the
// layers and the head are separate steps, so that noise can be added between them and logits asked for few rows only.
// Legend: N rows, D hidden, V vocabulary, B batch, T length.
import { add, attention, cachedAttention, embedding, linear, tensor1d, type Tensor2D, type Variable } from '../tensors';
import type { ModelConfig } from './config';
import type { KeyValueCache } from './cache';
import { decode, type Attend, type DecodeOptions } from './decoder';
import type { RouterTraining } from './feed-forward';
import { sequenceLengths, windowedFirstKey, type RowBatch } from './layout';
import type { DropoutKey, LoraAdapter } from './lora/adapter';
import { countParameters, embeddingName, headName } from './parameters';
import { RotaryTable } from './rope/table';

export interface HiddenOptions {
  /** Added to the embeddings (NEFTune); may depend on nothing that needs a gradient. */
  readonly embeddingNoise_ND?: Tensor2D;
  /** Of a model with experts: where its routing is recorded, and its jitter. */
  readonly router?: RouterTraining | undefined;
  /** Dropout of the adapter, when it has any; training only. */
  readonly adapterDropout?: DropoutKey | undefined;
  /** Keeps the inputs of layers only and runs each layer again in the backward pass. */
  readonly recomputeActivations?: boolean | undefined;
}

/** The next tokens of one sequence, whose earlier keys and values are in `cache`. */
export interface SequencePart {
  readonly ids_T: Int32Array;
  readonly cache: KeyValueCache;
  /** Tokens of the sequence in all, those still to come too. */
  readonly sequenceLength: number;
}

export class Model {
  readonly #rotary: RotaryTable;
  #adapter: LoraAdapter | undefined;

  /** Takes over `parameters`: `dispose` frees them. They must be those of `parameterShapes(config)`, in that order. */
  constructor(readonly config: ModelConfig, readonly parameters: ReadonlyMap<string, Variable>) {
    this.#rotary = new RotaryTable(config);
  }

  /** Numbers in all weights; a tied head counts once. */
  get parameterCount(): number {
    return countParameters(this.config);
  }

  get adapter(): LoraAdapter | undefined {
    return this.#adapter;
  }

  /** What training changes: the adapter's numbers when there is one, else every weight. */
  get trainable(): ReadonlyMap<string, Variable> {
    return this.#adapter?.parameters ?? this.parameters;
  }

  /** Puts an adapter beside the weights, which it freezes, and takes it over. */
  attach(adapter: LoraAdapter): void {
    this.#adapter = adapter;
    for (const parameter of this.parameters.values()) parameter.trainable = false;
  }

  /** Hidden states [N, D] after the last norm. Differentiable; leaves its intermediate tensors to the caller's tidy or gradient. */
  hidden(rows: RowBatch, options: HiddenOptions = {}): Tensor2D {
    const embedded_ND = this.#embed(rows.ids_N);
    const noisy_ND = options.embeddingNoise_ND ? add<Tensor2D>(embedded_ND, options.embeddingNoise_ND) : embedded_ND;
    const firstKey_N = windowedFirstKey(rows.firstKey_N, rows.length, rows.length, this.config.slidingWindow);
    const lengths_N = this.#rotary.dependsOnLength ? sequenceLengths(rows) : undefined;
    const rotary = this.#rotary.gather(rows.positions_N, (row) => lengths_N?.[row] ?? rows.length);
    const attend: Attend = (_, q_NHh, k_NKh, v_NKh) => attention(q_NHh, k_NKh, v_NKh, { batch: rows.batch, firstKey_N });
    return decode(this.config, this.parameters, noisy_ND, rotary, attend, this.#decodeOptions(options));
  }

  /**
   * Hidden states [T, D] of the next T tokens of one sequence whose earlier keys and values are in `cache`, which grows
   * by T. Leaves its intermediate tensors to the caller's tidy. Where rotary frequencies depend on the length of the
   * sequence, the cache must be of the same `rotaryRegime` as `sequenceLength`, which counts tokens still to come too.
   */
  hiddenCached(ids_T: Int32Array, cache: KeyValueCache, sequenceLength?: number): Tensor2D {
    return this.hiddenOfParts([{ ids_T, cache, sequenceLength: sequenceLength ?? cache.length + ids_T.length }]);
  }

  /** The same for parts of several sequences in one pass: hidden states [N, D], the rows of each part after those of the one before. */
  hiddenOfParts(parts: readonly SequencePart[]): Tensor2D {
    const ids_N = Int32Array.from(parts.flatMap(({ ids_T }) => [...ids_T]));
    const placed = placeParts(parts, this.config.slidingWindow);
    const positions_N = Int32Array.from(placed.flatMap(({ ids_T, before }) => Array.from(ids_T, (_, t) => before + t)));
    const lengths_N = placed.flatMap(({ ids_T, sequenceLength }) => new Array<number>(ids_T.length).fill(sequenceLength));
    const rotary = this.#rotary.gather(positions_N, (row) => lengths_N[row]!);
    return decode(this.config, this.parameters, this.#embed(ids_N), rotary, (layer, q_NHh, k_NKh, v_NKh) =>
      cachedAttention(q_NHh, k_NKh, v_NKh, placed.map((part) => ({ ...part, ...part.cache.layer(layer) }))), this.#decodeOptions({}));
  }

  /** Equal for sequence lengths that share their rotary frequencies, and so may share a cache. */
  rotaryRegime(sequenceLength: number): number {
    return this.#rotary.regime(sequenceLength);
  }

  /** Logits [N, V] of hidden states [N, D]. Differentiable. */
  logits(hidden_ND: Tensor2D): Tensor2D {
    return linear(hidden_ND, this.#matrix(this.config.tieEmbeddings ? embeddingName : headName));
  }

  dispose(): void {
    this.#adapter?.dispose();
    for (const parameter of this.parameters.values()) parameter.dispose();
  }

  #decodeOptions({ adapterDropout, recomputeActivations, router }: HiddenOptions): DecodeOptions {
    const adapt = this.#adapter?.apply(adapterDropout);
    return { adapt, recompute: recomputeActivations === true ? (layer) => this.#trainableOf(layer) : undefined, router };
  }

  #trainableOf(layer: number): Variable[] {
    return [...this.trainable].filter(([name]) => name.includes(`model.layers.${layer}.`)).map(([, parameter]) => parameter);
  }

  /** The row of the padding token is not learnt through lookups, as in transformers, whose embedding has it as `padding_idx`. */
  #embed(ids_N: Int32Array): Tensor2D {
    return embedding(this.#matrix(embeddingName), tensor1d(ids_N, 'int32'), this.config.padTokenId);
  }

  #matrix(name: string): Tensor2D {
    return this.parameters.get(name) as unknown as Tensor2D;
  }
}

interface PlacedPart extends SequencePart {
  /** Its first row in the pass, and how many it has. */
  readonly first: number;
  readonly count: number;
  /** Tokens its cache holds before the pass. */
  readonly before: number;
  readonly firstKey_T: Int32Array;
}

function placeParts(parts: readonly SequencePart[], slidingWindow: number | null): PlacedPart[] {
  let first = 0;
  return parts.map((part) => {
    const { length: before } = part.cache;
    const count = part.ids_T.length;
    const placed = { ...part, first, count, before, firstKey_T: windowedFirstKey(new Int32Array(count), count, before + count, slidingWindow) };
    first += count;
    return placed;
  });
}
