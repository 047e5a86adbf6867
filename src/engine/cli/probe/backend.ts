// What a backend can do on this machine, measured: its device, its memory, its matrix products, and on a GPU how many
// programs a training step starts there.
import { totalmem } from 'node:os';
import { optimiserSchema } from '../../../documents/run/schema';
import type { BackendName } from '../../../documents/run/schema';
import type { ModelConfig } from '../../model';
import { matmulRate, nvidiaMemoryBytes, openBackend, takeDispatches, wasmBytesLimit, webgpuBufferBytes } from '../../tensors';
import { calibrate } from '../../train';

export interface BackendReport {
  readonly device: string;
  readonly threads: number;
  /** What its tensors may fill; of webgpu the largest single one. */
  readonly memoryBytes: number;
  readonly gigaflopsPerSecond: number;
  /** Of a training step of a small model; only where starting them costs the host. */
  readonly dispatchesPerStep?: number;
}

/** Four layers, as small as they may be: how many programs a step has does not depend on width. */
const smallModel: ModelConfig = {
  family: 'mistral', vocabularySize: 64, hiddenSize: 32, intermediateSize: 64, layers: 4, heads: 4, keyValueHeads: 2, headSize: 8,
  maxPositions: 32, ropeTheta: 10_000, slidingWindow: null, normEpsilon: 1e-5, tieEmbeddings: false, eosTokenId: 0,
};

export async function reportBackend(name: BackendName): Promise<BackendReport> {
  const { device, threads } = await openBackend(name);
  const gigaflopsPerSecond = Number((name === 'cpu' ? await matmulRate(128, 2) : await matmulRate()).toPrecision(3));
  const memoryBytes = name === 'wasm' ? wasmBytesLimit : name === 'webgpu' ? webgpuBufferBytes() ?? 0 : (device.startsWith('GPU') ? nvidiaMemoryBytes() : undefined) ?? totalmem();
  return { device, threads, memoryBytes, gigaflopsPerSecond, ...(name === 'webgpu' ? { dispatchesPerStep: await dispatchesPerStep() } : {}) };
}

/** Programs that a training step starts on webgpu: those of two steps less those of one, which makes the model too. */
export async function dispatchesPerStep(model: ModelConfig = smallModel): Promise<number> {
  const counted: number[] = [];
  for (const clock of [roundsClock(1), roundsClock(2)]) {
    takeDispatches();
    const shape = { batchSize: 2, length: 16, lossDensity: 1 };
    await calibrate(model, optimiserSchema.parse({ learningRate: 0.001 }), shape, 'webgpu', clock);
    counted.push(takeDispatches());
  }
  return counted[1]! - counted[0]!;
}

/** A clock that lets `calibrate`, which looks at it four times a round, do so many. */
function roundsClock(rounds: number): () => number {
  let looks = 0;
  return () => (++looks > 4 * rounds ? 1e6 : 0);
}
