// The weights of one layer, by name, and what a low-rank adapter adds beside them.
// Legend: N rows, A assignments of rows to experts, I inputs, O outputs, D hidden, F intermediate.
import { groupedLinear, linear, type Routing, type Tensor1D, type Tensor2D, type Variable } from '../tensors';
import type { Adapt } from './lora/adapter';
import { layerBias, layerParameter, type ExpertMatrix, type LayerParameterName } from './parameters';

export class LayerWeights {
  constructor(private readonly parameters: ReadonlyMap<string, Variable>, readonly layer: number, private readonly adapt?: Adapt | undefined) {}

  matrix(name: LayerParameterName): Tensor2D {
    return this.parameters.get(layerParameter(this.layer, name)) as unknown as Tensor2D;
  }

  norm(name: LayerParameterName): Tensor1D {
    return this.parameters.get(layerParameter(this.layer, name)) as unknown as Tensor1D;
  }

  /** The linear layer of this name, with its bias where the architecture has one, and its adapter. */
  linear(x_NI: Tensor2D, name: LayerParameterName): Tensor2D {
    const bias_O = this.parameters.get(layerBias(this.layer, name)) as unknown as Tensor1D | undefined;
    const y_NO = linear(x_NI, this.matrix(name), bias_O);
    return this.adapt === undefined ? y_NO : this.adapt.linear(layerParameter(this.layer, name), x_NI, y_NO);
  }

  /** Gate and up of the experts, [A, F] each, of rows in the order of their experts. */
  gateAndUp(x_AD: Tensor2D, routing: Routing): readonly [gate_AF: Tensor2D, up_AF: Tensor2D] {
    return this.#experts(x_AD, ['w1', 'w3'], 'gate_up_proj', routing) as readonly [Tensor2D, Tensor2D];
  }

  /** Down of the experts, [A, D]. */
  down(x_AF: Tensor2D, routing: Routing): Tensor2D {
    return this.#experts(x_AF, ['w2'], 'down_proj', routing)[0]!;
  }

  #experts(x_AI: Tensor2D, matrices: readonly ExpertMatrix[], parameter: string, routing: Routing): readonly Tensor2D[] {
    const y_PAO = matrices.map((matrix) =>
      groupedLinear(x_AI, Array.from({ length: routing.experts }, (_, e) => this.matrix(`block_sparse_moe.experts.${e}.${matrix}`)), routing));
    return this.adapt === undefined ? y_PAO : this.adapt.experts(`model.layers.${this.layer}.mlp.experts.${parameter}`, x_AI, y_PAO, routing);
  }
}
