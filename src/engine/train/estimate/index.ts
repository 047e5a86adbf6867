// What training will need, before it starts.
export { calibrate, type CalibrationShape, type Rate } from './calibrate';
export { fitMemory, largestThatFit, machineLimit, wasmLimit, type Fit, type Largest, type MemoryLimit } from './fit';
export { estimateMemory, type MemoryEstimate, type MemorySettings } from './memory';
