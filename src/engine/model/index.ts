// Architectures and checkpoints: what the rest of the engine sees of this folder.
export { KeyValueCache } from './cache';
export { configTexts, generationFile, readStopTokens, saveModel } from './checkpoint';
export { configFromArchitecture, type Experts, type ModelConfig, type SpecialTokenIds } from './config';
export type { RouterTraining } from './feed-forward';
export { modelHash } from './hash';
export { configFromHuggingFace, configToHuggingFace } from './huggingface/config';
export { initialiseModel } from './initialise';
export { packedRows, paddedRows, plainRows, type PackedRow, type RowBatch } from './layout';
export { adaptedLayers, adapterParameters, initialiseAdapter, isTarget, LoraAdapter, type AdapterShape, type LoraSettings } from './lora/adapter';
export { adapterConfigText, adapterWeightsFile, isAdapterFolder, readAdapter, readAdapterConfig, saveAdapter } from './lora/files';
export { checkpointChain, loadModel, readModelConfig } from './lora/load';
export { mergeAdapter } from './lora/merge';
export { Model, type SequencePart, type HiddenOptions } from './model';
export { countParameters, elements, parameterShapes } from './parameters';
export { RoutingRecord } from './routing';
export { encodeElements } from './safetensors/dtype';
export { readSafetensors, type StoredTensor } from './safetensors/read';
export { writeSafetensors, type TensorToWrite, type WrittenDtype } from './safetensors/write';
