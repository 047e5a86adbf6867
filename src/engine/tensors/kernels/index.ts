// AssemblyScript. Entry: the kernels this module exports. They work on the memory of tfjs's own wasm module, so every
// pointer is a byte offset that tfjs allocated. Sizes may be any; tails after the last multiple of four are handled.
// Each writes only what its arguments name, so that threads may run pieces of one operation side by side.
export { adamw } from './adamw';
export { attention, attentionScratchBytes } from './attention';
export { attentionGradient, attentionGradientScratchBytes } from './attention-gradient';
export { crossEntropy, crossEntropyGradient, logLikelihoods } from './cross-entropy';
export { gatherRows, scatterAddRows } from './embedding';
export { gemm, gemmScratchBytes } from './gemm';
export { linearFewRows } from './gemv';
export { rmsNorm, rmsNormGradient } from './rms-norm';
export { addToRows, combineRows, combineRowsGradient, sumOfRows } from './rows';
export { rope } from './rope';
export { swiglu, swigluGradient } from './swiglu';
export { add, addInPlace, sumOfSquares } from './vector';
