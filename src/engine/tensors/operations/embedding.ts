// Rows of the embedding matrix by token id.
// Legend: N rows, V vocabulary, D hidden.
import * as tf from '@tensorflow/tfjs-core';
import type { Tensor, Tensor1D, Tensor2D } from '@tensorflow/tfjs-core';
import { isComposed } from '../backends/active';
import { differentiable, expectShape } from '../differentiable';
import { wasmHeap } from '../heap';
import type { WasmHeap } from '../heap';
import { embeddingComposed } from './composed/rows';
import { oneHot } from './one-hot';

/**
 * x_ND = weight_VD[ids_N]; ids are int32 in [0, V). The gradient adds each row of dx to the row of its id.
 * @param frozenId its row gets no gradient: `padding_idx` of torch.nn.Embedding.
 */
export function embedding(weight_VD: Tensor2D, ids_N: Tensor1D, frozenId?: number): Tensor2D {
  expectShape('The ids', ids_N, [ids_N.size], 'int32');
  const heap = wasmHeap();
  if (heap !== undefined) return embeddingKernel(heap, weight_VD, ids_N, frozenId);
  return isComposed() ? embeddingComposed(weight_VD, ids_N, frozenId) : embeddingReference(weight_VD, ids_N, frozenId);
}

function embeddingKernel(heap: WasmHeap, weight_VD: Tensor2D, ids_N: Tensor1D, frozenId = -1): Tensor2D {
  const [vocabularySize, size] = weight_VD.shape;
  const rows = ids_N.size;
  expectShape('The embedding', weight_VD, [vocabularySize, size]);
  return differentiable<Tensor2D>({
    inputs: [weight_VD],
    forward: (_record, save) => {
      save([ids_N]);
      const x_ND = heap.outputMatrix(rows, size);
      const bad = heap.kernels.gatherRows(heap.pointer(weight_VD), heap.pointer(ids_N), heap.pointer(x_ND), rows, vocabularySize, size);
      if (bad >= 0) throw new Error(`The token id of row ${bad}, ${ids_N.dataSync()[bad]!}, is outside the vocabulary of ${vocabularySize}.`);
      return x_ND;
    },
    backward: (dx_ND, [ids]) => {
      const dWeight_VD = heap.outputMatrix(vocabularySize, size);
      heap.kernels.scatterAddRows(heap.pointer(dx_ND), heap.pointer(ids!), heap.pointer(dWeight_VD), rows, vocabularySize, size, frozenId);
      return [dWeight_VD];
    },
  });
}

export function embeddingReference(weight_VD: Tensor2D, ids_N: Tensor1D, frozenId?: number): Tensor2D {
  const vocabularySize = weight_VD.shape[0];
  return tf.customGrad((weight, save) => {
    (save as tf.GradSaveFunc)([ids_N]); // ids made inside the differentiated function are gone when it has ended
    return {
      value: tf.gather(weight as Tensor2D, ids_N),
      gradFunc: (dx_ND: Tensor2D, [ids]: Tensor[]) => {
        return tf.matMul(oneHot(ids!.dataSync(), vocabularySize, frozenId), dx_ND, true, false);
      },
    };
  })(weight_VD);
}
