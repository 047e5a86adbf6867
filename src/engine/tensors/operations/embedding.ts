// Rows of the embedding matrix by token id.
// Legend: N rows, V vocabulary, D hidden.
import * as tf from '@tensorflow/tfjs-core';
import type { Tensor, Tensor1D, Tensor2D } from '@tensorflow/tfjs-core';

/** x_ND = weight_VD[ids_N]; ids are int32 in [0, V). The gradient adds each row of dx to the row of its id. */
export function embedding(weight_VD: Tensor2D, ids_N: Tensor1D): Tensor2D {
  return embeddingReference(weight_VD, ids_N);
}

export function embeddingReference(weight_VD: Tensor2D, ids_N: Tensor1D): Tensor2D {
  const vocabularySize = weight_VD.shape[0];
  return tf.customGrad((weight, save) => {
    (save as tf.GradSaveFunc)([ids_N]); // ids made inside the differentiated function are gone when it has ended
    return {
      value: tf.gather(weight as Tensor2D, ids_N),
      gradFunc: (dx_ND: Tensor2D, [ids]: Tensor[]) => {
        const oneHot_NV = tf.cast(tf.oneHot(ids as Tensor1D, vocabularySize), 'float32') as Tensor2D;
        return tf.matMul(oneHot_NV, dx_ND, true, false);
      },
    };
  })(weight_VD);
}
