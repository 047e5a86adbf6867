// The weights of one layer, by name, and what a low-rank adapter adds beside them.
import { linear, type Tensor1D, type Tensor2D, type Variable } from '../tensors';
import type { AdaptLinear } from './lora/adapter';
import { layerBias, layerParameter, type LayerParameterName } from './parameters';

export class LayerWeights {
  constructor(private readonly parameters: ReadonlyMap<string, Variable>, readonly layer: number, private readonly adapt?: AdaptLinear | undefined) {}

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
    return this.adapt === undefined ? y_NO : this.adapt(layerParameter(this.layer, name), x_NI, y_NO);
  }
}
