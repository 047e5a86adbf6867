// Low-rank adaptation (Hu et al. 2021, arXiv 2106.09685) as PEFT computes it: beside a frozen linear layer W run two thin
// ones, and y = W·x + scale · B·(A·x), where scale is alpha / rank or, rank-stabilised, alpha / sqrt(rank). Experts have
// it each, from parts of matrices they share.
// Legend: N rows, A assignments of rows to experts, I input features, O output features, R rank, E experts, P parts of the output.
import { RandomStream } from '../../../base/math/random';
import { add, groupedLinear, linear, mul, reshape, tensor2d, transpose, unstack, type Routing, type Tensor2D, type Tensor3D, type Variable } from '../../tensors';
import { makeVariable } from '../initialise';
import { adapterPlaces, loraName, pairShapes, type AdapterPlace, type PlaceSettings } from './places';

/** What an adapter adds to what a layer computes. */
export interface Adapt {
  /** To the output y_NO of the linear layer of this name, whose input is x_NI. */
  linear(name: string, x_NI: Tensor2D, y_NO: Tensor2D): Tensor2D;
  /** To the outputs of a layer's experts, of which `name` holds one part after the other; rows stand as `routing` has them. */
  experts(name: string, x_AI: Tensor2D, y_PAO: readonly Tensor2D[], routing: Routing): readonly Tensor2D[];
}

export interface LoraSettings extends PlaceSettings {
  readonly alpha: number;
  /** Fraction of the adapter's inputs set to zero in training. */
  readonly dropout: number;
  /** Last names of the linear layers that get an adapter, such as `q_proj`; of experts, one of `expertTargetNames`. */
  readonly targetModules: readonly string[];
  /** Scale by alpha / sqrt(rank) (Kalajdzievski 2023, arXiv 2312.03732). */
  readonly rankStabilised: boolean;
}

/** Of experts, A is [E·R, I], expert by expert, and B is [O, R·E], in which each rank has all experts side by side. */
export interface LoraPair { readonly place: AdapterPlace; readonly a_RI: Variable; readonly b_OR: Variable }

/** Names a random stream for the dropout of one forward pass: equal names give equal masks, also when activations are recomputed. */
export interface DropoutKey { readonly seed: number; readonly name: string }

/** What of an adapter decides its size and that of its activations. */
export type AdapterShape = Pick<LoraSettings, 'rank' | 'targetModules' | 'dropout'>;

export class LoraAdapter {
  readonly #pairs: ReadonlyMap<string, LoraPair>;

  /** Takes over the pairs; `dispose` frees them. */
  constructor(readonly settings: LoraSettings, readonly pairs: readonly LoraPair[]) {
    this.#pairs = new Map(pairs.map((pair) => [pair.place.name, pair]));
  }

  /** The trainable numbers under the names PEFT's save_pretrained gives them, A before B, in the order of the weights. */
  get parameters(): Map<string, Variable> {
    return new Map(this.pairs.flatMap(({ place, a_RI, b_OR }) => [[loraName(place, 'A'), a_RI], [loraName(place, 'B'), b_OR]] as const));
  }

  /** Factor of B·A. An adapter of a multiple of the rank has that multiple of alpha. */
  scaleOf({ rank }: AdapterPlace): number {
    const alpha = this.settings.alpha * (rank / this.settings.rank);
    return alpha / (this.settings.rankStabilised ? Math.sqrt(rank) : rank);
  }

  /** @param dropout in training with dropout only. */
  apply(dropout?: DropoutKey): Adapt {
    return {
      linear: (name, x_NI, y_NO) => {
        const pair = this.#pairs.get(name);
        if (pair === undefined) return y_NO;
        const kept_NI = dropout === undefined || this.settings.dropout === 0 ? x_NI : mul<Tensor2D>(x_NI, this.#mask(x_NI, dropout, name));
        const thin_NR = linear(kept_NI, pair.a_RI as unknown as Tensor2D);
        return add(y_NO, mul<Tensor2D>(linear(thin_NR, pair.b_OR as unknown as Tensor2D), this.scaleOf(pair.place)));
      },
      experts: (name, x_AI, y_PAO, routing) => {
        const pair = this.#pairs.get(name);
        if (pair === undefined) return y_PAO;
        const { a_ERI, b_PEOR } = expertMatrices(pair, y_PAO.length);
        const thin_AR = groupedLinear(x_AI, a_ERI, routing);
        return y_PAO.map((y_AO, part) => add(y_AO, mul<Tensor2D>(groupedLinear(thin_AR, b_PEOR[part]!, routing), this.scaleOf(pair.place))));
      },
    };
  }

  dispose(): void {
    for (const { a_RI, b_OR } of this.pairs) {
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

/** Matrices of each expert out of those they share, those of B for each part of the output. Differentiable. */
export function expertMatrices({ place, a_RI, b_OR }: LoraPair, parts: number): { readonly a_ERI: Tensor2D[]; readonly b_PEOR: Tensor2D[][] } {
  const { experts = 1, rank, inputs, outputs } = place;
  const a_ERI = unstack(reshape(a_RI, [experts, rank, inputs])) as Tensor2D[];
  const b_EOR = transpose<Tensor3D>(reshape(b_OR, [outputs, rank, experts]), [2, 0, 1]);
  const all = unstack(reshape(b_EOR, [experts * parts, outputs / parts, rank])) as Tensor2D[];
  return { a_ERI, b_PEOR: Array.from({ length: parts }, (_, part) => all.filter((_matrix, index) => index % parts === part)) };
}

/** A new adapter, which changes nothing yet: A as PEFT's Kaiming-uniform, U(−1/sqrt(I), 1/sqrt(I)), B zero. Each weight has a stream of its own. */
export function initialiseAdapter(weights: ReadonlyMap<string, readonly number[]>, settings: LoraSettings, seed: number): LoraAdapter {
  return new LoraAdapter(settings, adapterPlaces(weights, settings).map((place): LoraPair => {
    const stream = RandomStream.of(seed, `lora/${place.name}`);
    const bound = 1 / Math.sqrt(place.inputs);
    const { a, b } = pairShapes(place);
    return {
      place,
      a_RI: makeVariable(Float32Array.from({ length: a[0] * a[1] }, () => bound * (2 * stream.uniform() - 1)), a),
      b_OR: makeVariable(new Float32Array(b[0] * b[1]), b),
    };
  }));
}
