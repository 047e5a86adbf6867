// The engine's tensors: the one door to tfjs, and the operations a decoder is made of. Each operation is differentiable
// where it says so and has a plain reference, used on `cpu`, beside the SIMD kernel it uses on `wasm`.
export {
  clone, concat, dispose, keep, memory, mul, slice, tensor, tensor1d, tensor2d, tensor3d, tidy, transpose, unstack, variable, zeros, zerosLike,
  Variable,
} from '@tensorflow/tfjs-core';
export type { NamedTensorMap, Scalar, Tensor, Tensor1D, Tensor2D, Tensor3D } from '@tensorflow/tfjs-core';
export { openBackend } from './backend';
export { takeDispatches, webgpuBufferBytes } from './backends/webgpu';
export { chooseBackend, nvidiaMemoryBytes, usualBackend } from './backends/choice';
export type { BackendInfo, BackendName, BackendSettings } from './backend';
export { takeWasmPeakBytes, wasmBytesInUse, wasmBytesLimit } from './heap';
export { GrowingRows } from './growing-rows';
export { gradients, gradientsLater, takeNumber } from './gradients';
export type { Gradients } from './gradients';
export { addInPlace, sumOfAllSquares, sumOfSquares } from './operations/accumulate';
export { add, reshape } from './operations/add';
export { adamwUpdate } from './operations/adamw';
export type { AdamWSettings } from './operations/adamw';
export { attention } from './operations/attention';
export type { AttentionSpec } from './operations/attention';
export { cachedAttention } from './operations/cached-attention';
export type { CachedPart } from './operations/cached-attention';
export { combineRows, groupedLinear, rowsOfExperts } from './operations/experts';
export { crossEntropySum } from './operations/cross-entropy';
export { embedding } from './operations/embedding';
export { takeLogLikelihoods, tokenLogLikelihoods } from './operations/likelihoods';
export type { TokenLikelihoods } from './operations/likelihoods';
export { linear } from './operations/linear';
export { rmsNorm } from './operations/rms-norm';
export { balanceLoss, expertLoads, expertWeights, routeTokens } from './operations/router';
export type { HostRouting, LayerRouting, RoutedUpdate, Routing } from './operations/router';
export { rope } from './operations/rope';
export { swiglu } from './operations/swiglu';
export { matmulRate } from './matmul-rate';
export { recomputed } from './recompute';
