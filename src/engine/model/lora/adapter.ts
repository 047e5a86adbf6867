// Low-rank adaptation (Hu et al. 2021, arXiv 2106.09685) as PEFT computes it: beside a frozen linear layer W run two thin
// ones, and y = W·x + scale · B·(A·x), where scale is alpha / rank or, rank-stabilised, alpha / sqrt(rank).
// Legend: N rows, I input features, O output features, R rank.
import { RandomStream } from '../../../base/math/random';
import { add, linear, mul, tensor2d, type Tensor2D, type Variable } from '../../tensors';
import { makeVariable } from '../initialise';

/** Adds to the output y_NO of the linear layer of this name what an adapter makes of its input x_NI. */
export type AdaptLinear = (name: string, x_NI: Tensor2D, y_NO: Tensor2D) => Tensor2D;

export interface LoraSettings {
  readonly rank: number;
  readonly alpha: number;
  /** Fraction of the adapter's inputs set to zero in training. */
  readonly dropout: number;
  /** Last names of the linear layers that get an adapter, such as `q_proj`. */
  readonly targetModules: readonly string[];
  /** Scale by alpha / sqrt(rank) (Kalajdzievski 2023, arXiv 2312.03732). */
  readonly rankStabilised: boolean;
}

export interface LoraPair { readonly a_RI: Variable; readonly b_OR: Variable }

/** Names a random stream for the dropout of one forward pass: equal names give equal masks, also when activations are recomputed. */
export interface DropoutKey { readonly seed: number; readonly name: string }

const weightSuffix = '.weight';

export class LoraAdapter {
  readonly scale: number;

  /** Takes over the pairs, by the name of the weight each stands beside; `dispose` frees them. */
  constructor(readonly settings: LoraSettings, readonly pairs: ReadonlyMap<string, LoraPair>) {
    this.scale = settings.alpha / (settings.rankStabilised ? Math.sqrt(settings.rank) : settings.rank);
  }

  /** The trainable numbers under the names PEFT's save_pretrained gives them, A before B, in the order of the weights. */
  get parameters(): Map<string, Variable> {
    return new Map([...this.pairs].flatMap(([weight, { a_RI, b_OR }]) => [[loraName(weight, 'A'), a_RI], [loraName(weight, 'B'), b_OR]] as const));
  }

  /** @param dropout in training with dropout only. */
  apply(dropout?: DropoutKey): AdaptLinear {
    return (name, x_NI, y_NO) => {
      const pair = this.pairs.get(name);
      if (pair === undefined) return y_NO;
      const kept_NI = dropout === undefined || this.settings.dropout === 0 ? x_NI : mul<Tensor2D>(x_NI, this.#mask(x_NI, dropout, name));
      const thin_NR = linear(kept_NI, pair.a_RI as unknown as Tensor2D);
      return add(y_NO, mul<Tensor2D>(linear(thin_NR, pair.b_OR as unknown as Tensor2D), this.scale));
    };
  }

  dispose(): void {
    for (const { a_RI, b_OR } of this.pairs.values()) {
      a_RI.dispose();
      b_OR.dispose();
    }
  }

  /** 0 with the probability of dropout, else 1 / (1 − dropout), as torch.nn.Dropout. */
  #mask(x_NI: Tensor2D, { seed, name }: DropoutKey, weight: string): Tensor2D {
    const stream = RandomStream.of(seed, `lora-dropout/${name}/${weight}`);
    const { dropout } = this.settings;
    return tensor2d(Float32Array.from({ length: x_NI.size }, () => (stream.uniform() < dropout ? 0 : 1 / (1 - dropout))), x_NI.shape);
  }
}

/** `base_model.model.model.layers.0.self_attn.q_proj.lora_A.weight`: a tensor of adapter_model.safetensors. */
export function loraName(weight: string, which: 'A' | 'B'): string {
  return `base_model.model.${weight.slice(0, -weightSuffix.length)}.lora_${which}${weightSuffix}`;
}

/**
 * Whether PEFT would put an adapter beside this weight: its module's name is a target or ends in `.target`. Routers and
 * experts of Mixtral get none: transformers 5 holds them in modules that PEFT's plain LoRA does not know.
 */
export function isTarget(weight: string, shape: readonly number[], targetModules: readonly string[]): boolean {
  if (shape.length !== 2 || !weight.endsWith(weightSuffix) || weight.includes('.block_sparse_moe.')) return false;
  const module = weight.slice(0, -weightSuffix.length);
  return targetModules.some((target) => module === target || module.endsWith(`.${target}`));
}

/** What of an adapter decides its size and that of its activations. */
export type AdapterShape = Pick<LoraSettings, 'rank' | 'targetModules' | 'dropout'>;

/** Linear layers that get an adapter, [out, in], by the name of their weight. */
export function adaptedLayers(weights: ReadonlyMap<string, readonly number[]>, targetModules: readonly string[]): Map<string, readonly [number, number]> {
  const targets = [...weights].filter(([name, shape]) => isTarget(name, shape, targetModules));
  return new Map(targets as [string, readonly [number, number]][]);
}

/** Numbers an adapter has for these weights. */
export function adapterParameters(weights: ReadonlyMap<string, readonly number[]>, { rank, targetModules }: AdapterShape): number {
  return [...adaptedLayers(weights, targetModules).values()].reduce((sum, [outputs, inputs]) => sum + rank * (outputs + inputs), 0);
}

/** A new adapter, which changes nothing yet: A as PEFT's Kaiming-uniform, U(−1/sqrt(I), 1/sqrt(I)), B zero. Each weight has a stream of its own. */
export function initialiseAdapter(weights: ReadonlyMap<string, readonly number[]>, settings: LoraSettings, seed: number): LoraAdapter {
  const pairs = new Map<string, LoraPair>();
  for (const [name, [outputs, inputs]] of adaptedLayers(weights, settings.targetModules)) {
    const stream = RandomStream.of(seed, `lora/${name}`);
    const bound = 1 / Math.sqrt(inputs);
    pairs.set(name, {
      a_RI: makeVariable(Float32Array.from({ length: settings.rank * inputs }, () => bound * (2 * stream.uniform() - 1)), [settings.rank, inputs]),
      b_OR: makeVariable(new Float32Array(outputs * settings.rank), [outputs, settings.rank]),
    });
  }
  return new LoraAdapter(settings, pairs);
}
