// What the routers of a forward pass decided: for the load-balance loss, which is differentiable by their logits, and for
// watching the experts' loads.
// Legend: N rows, E experts.
import { balanceLoss, expertLoads, type LayerRouting, type RoutedUpdate, type Scalar, type Tensor2D } from '../tensors';

export class RoutingRecord {
  readonly #layers: LayerRouting[] = [];
  readonly #loads: ReturnType<typeof expertLoads>[] = [];

  /** @param watchesLoads whether loads will be asked for. */
  constructor(private readonly watchesLoads = true) {}

  add(layer: LayerRouting): void {
    this.#layers.push(layer);
    if (this.watchesLoads) this.#loads.push(expertLoads(layer.routing));
  }

  /** Router logits [N, E] of the layer recorded at this place. */
  logits(index: number): Tensor2D {
    return this.#layers[index]!.logits_NE;
  }

  /** Load-balance loss over all layers and the rows whose `counts_N` is 1, without its weight; it is `perToken` when loads are even. Of a micro-batch of `update`, its summand. */
  balanceLoss(counts_N: ArrayLike<number>, update?: RoutedUpdate): Scalar {
    return balanceLoss(this.#layers, counts_N, update);
  }

  /** Assignments to each expert of each layer, of the rows that count. */
  loads(counts_N: ArrayLike<number>): Promise<number[][]> {
    return Promise.all(this.#loads.map((ofLayer) => ofLayer(counts_N)));
  }
}
