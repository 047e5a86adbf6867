// What the routers of a forward pass decided: for the load-balance loss, which is differentiable by their logits, and for
// watching the experts' loads.
// Legend: N rows, E experts.
import { balanceLoss, type LayerRouting, type Scalar, type Tensor2D } from '../tensors';

export class RoutingRecord {
  readonly #layers: LayerRouting[] = [];

  add(layer: LayerRouting): void {
    this.#layers.push(layer);
  }

  /** Router logits [N, E] of the layer recorded at this place. */
  logits(index: number): Tensor2D {
    return this.#layers[index]!.logits_NE;
  }

  /** Load-balance loss over all layers and the rows whose `counts_N` is 1, without its weight; it is `perToken` when loads are even. */
  balanceLoss(counts_N: ArrayLike<number>): Scalar {
    return balanceLoss(this.#layers, counts_N);
  }

  /** Assignments to each expert of each layer, of the rows that count. */
  loads(counts_N: ArrayLike<number>): number[][] {
    return this.#layers.map(({ routing }) => {
      const load_E = new Array<number>(routing.experts).fill(0);
      routing.row_A.forEach((row, a) => { load_E[routing.expert_A[a]!]! += counts_N[row]!; });
      return load_E;
    });
  }
}
