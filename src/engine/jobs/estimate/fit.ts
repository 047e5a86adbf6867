// Whether a run fits its backend, with a refusal that names the largest settings that would.
import { totalmem } from 'node:os';
import { userError } from '../../../base/errors/problem';
import { formatBytes } from '../../../base/text/bytes';
import type { BackendName, Run } from '../../../documents/run/schema';
import type { ModelConfig } from '../../model';
import { nvidiaMemoryBytes, usualBackend } from '../../tensors';
import { fitMemory, largestThatFit, machineLimit, wasmLimit, type Fit, type MemoryLimit, type MemorySettings } from '../../train';

/** On a GPU its memory, on the CPU that of the machine. */
export function memoryLimit(backend: BackendName): MemoryLimit {
  if (backend === 'wasm') return wasmLimit;
  return machineLimit((backend === 'cpu' ? undefined : nvidiaMemoryBytes()) ?? totalmem());
}

export function backendOf(run: Run): BackendName {
  return run.backend === 'auto' ? usualBackend().name : run.backend;
}

export function fitRun(run: Run, config: ModelConfig, shape: MemorySettings): Fit {
  return fitMemory(config, shape, memoryLimit(backendOf(run)));
}

/** Throws before any work when the run cannot fit. */
export function refuseUnlessFits(run: Run, config: ModelConfig, shape: MemorySettings, place: { readonly file: string; readonly mix: string }): void {
  const limit = memoryLimit(backendOf(run));
  const { fits, memory, usableBytes } = fitMemory(config, shape, limit);
  if (fits) return;
  const { batchSize, sequenceLength, recomputeActivations } = largestThatFit(config, shape, limit);
  const offers = [
    ...(recomputeActivations ? ['recomputeActivations to true (about a third more time, the same losses)'] : []),
    ...(batchSize === undefined ? [] : [`batchSize to ${batchSize} (accumulationSteps keeps the update as large)`]),
    ...(sequenceLength === undefined ? [] : [`sequenceLength of ${place.mix} to ${sequenceLength}`]),
  ];
  throw userError({
    code: 'train-does-not-fit', file: place.file, key: 'batchSize', value: String(run.batchSize),
    message: `micro-batches of ${shape.batchSize} × ${shape.sequenceLength} tokens need ${formatBytes(memory.peakBytes)} with this model; `
      + `the ${backendOf(run)} backend holds ${formatBytes(limit.limitBytes)}, of which they may fill ${formatBytes(Math.max(0, usableBytes))}`,
    next: offers.length === 0
      ? `No micro-batch of this model fits: its weights, gradients and moments alone take ${formatBytes(memory.weightBytes + memory.gradientBytes + memory.momentBytes)}. Choose a smaller model.`
      : `Any of these makes it fit: set ${offers.join(', or ')}.`,
  });
}
