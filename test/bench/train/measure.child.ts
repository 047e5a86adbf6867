// Measures training steps of one checkpoint on one backend of the engine, in a process of its own so that its memory is its own.
//   node dist/test/bench/train/measure.child.mjs JOB_AS_JSON        reads numbers of steps and answers in lines of JSON
import { createInterface } from 'node:readline';
import { loadModel, type Model } from '../../../src/engine/model';
import { AdamW, clipFactor } from '../../../src/engine/train';
import type { TrainBatch } from '../../../src/engine/train/batch';
import { GradientSum } from '../../../src/engine/train/gradient-sum';
import { lossGradients } from '../../../src/engine/train/loss';
import { matmulRate, openBackend, type BackendName } from '../../../src/engine/tensors';
import { leaveWasmHeap } from '../../../src/engine/tensors/heap';
import { Kernels } from '../../../src/engine/tensors/threads/kernels';
import { tokenAt, type Finished, type Job, type Started, type Turn } from './job';

const job = JSON.parse(process.argv[2]!) as Job;
const operations = new Map<string, number>();
const isWasm = ['wasm', 'stock', 'onnxruntime'].includes(job.backend);
const { device } = await openBackend(isWasm ? 'wasm' : job.backend as BackendName, {
  threads: job.threads, relaxedSimd: job.relaxedSimd, products: job.backend === 'onnxruntime' ? 'onnxruntime' : 'own',
});
if (job.backend === 'stock') leaveWasmHeap(); // operations then take their references, made of tfjs's own
/** Of one thread what it took itself, whatever else the machine does. */
const processorMs = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};
const nowMs = job.threads === 1 ? processorMs : (): number => performance.now();
const productRate = await matmulRate(1024, 6, nowMs);
const model = await loadModel(job.folder);
const optimiser = new AdamW(model.trainable, { name: 'adamw', learningRate: 1e-4, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0.01, clipNorm: 1 });
const batch = makeBatch(model, job);
const say = (value: Started | Turn | Finished): void => { process.stdout.write(`${JSON.stringify(value)}\n`); };
let [loss, steps] = [0, 0];
say({ device, parameters: model.parameterCount, productRate });
for await (const line of createInterface({ input: process.stdin })) {
  const turn = { wallMs: [] as number[], processorMs: [] as number[] };
  for (const end = steps + Number(line); steps < end;) {
    if (++steps === 2) timeKernels();
    const [started, before] = [performance.now(), process.cpuUsage()];
    const value = await trainStep(steps);
    const { user, system } = process.cpuUsage(before);
    turn.wallMs.push(performance.now() - started);
    turn.processorMs.push((user + system) / 1000);
    if (steps === 1) loss = value;
  }
  say({ ...turn, memoryBytes: process.memoryUsage().rss });
}
say({ loss, peakMemoryBytes: process.resourceUsage().maxRSS * 1024, operations: Object.fromEntries([...operations].map(([name, ms]) => [name, ms / Math.max(1, steps - 1)])) });
process.stdout.write('', () => { process.exit(0); });

async function trainStep(step: number): Promise<number> {
  const stream = { seed: 1, name: 'bench' };
  const { value, gradients } = await lossGradients(model, batch, batch.lossTokens, { router: { jitter: stream } });
  const sum = new GradientSum();
  sum.add(gradients);
  optimiser.update(sum.tensors, { learningRate: 1e-4, step, gradientScale: clipFactor(await sum.norm(), 1) });
  sum.dispose();
  return value;
}

/** Adds up the time of every kernel of the wasm backend by its name. */
function timeKernels(): void {
  const methods = Kernels.prototype as unknown as Record<string, (...values: unknown[]) => unknown>;
  for (const name of Object.getOwnPropertyNames(methods)) {
    const kernel = methods[name];
    if (name === 'constructor' || typeof kernel !== 'function') continue;
    methods[name] = function timed(this: Kernels, ...values: unknown[]): unknown {
      const started = nowMs();
      const result = kernel.apply(this, values);
      operations.set(name, (operations.get(name) ?? 0) + nowMs() - started);
      return result;
    };
  }
}

function makeBatch({ config: { vocabularySize } }: Model, { batchSize, length }: Job): TrainBatch {
  const size = batchSize * length;
  const ids_N = Int32Array.from({ length: size }, (_, position) => tokenAt(position, vocabularySize));
  return {
    rows: { ids_N, positions_N: ids_N.map((_, position) => position % length), firstKey_N: new Int32Array(size), batch: batchSize, length },
    // transformers shifts the labels itself, so the last position of a row bears none.
    targets_N: ids_N.map((_, position) => ((position + 1) % length === 0 ? -1 : ids_N[position + 1]!)),
    exampleLength_N: new Int32Array(size).fill(length), isToken_N: new Uint8Array(size).fill(1), longestRow: length + 1, tokens: size, lossTokens: size - batchSize,
  };
}
