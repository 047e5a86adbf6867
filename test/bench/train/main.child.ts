// npm run bench:train: training steps on every backend beside PyTorch, on the same checkpoint, batch and threads, one
// process after the other in one run. Prints tokens/s, model GFLOP/s, shares of the matrix product's rate, peak memory, and
// where the time goes. --help names its flags; --mode constant and --mode experts check two promises about cost.
import { mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, cpus, loadavg, tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { alignColumns } from '../../../src/base/text/columns';
import { initialiseModel, saveModel } from '../../../src/engine/model';
import { openBackend } from '../../../src/engine/tensors';
import type { Job, Measured } from './job';
import { referencePython, runJob } from './run-job';
import { configOf, flopsPerToken, kinds, sizes, type Kind, type Size } from './shapes';

const { values: flags } = parseArgs({
  options: {
    sizes: { type: 'string', default: sizes.join(',') },
    kinds: { type: 'string', default: kinds.join(',') },
    lengths: { type: 'string', default: '256,1024' },
    backends: { type: 'string', default: 'wasm' },
    threads: { type: 'string', default: String(availableParallelism()) },
    tokens: { type: 'string', default: '1024' },
    steps: { type: 'string', default: '6' },
    mode: { type: 'string', default: 'speed' },
    'relaxed-simd': { type: 'boolean', default: false },
    'no-pytorch': { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});
const usage = `node esbuild.js --tests && node dist/test/bench/train/main.child.mjs [flags]
  --sizes 1M,5M,30M  --kinds dense,mixtral  --lengths 256,1024   what is trained
  --backends wasm,onnxruntime,tensorflow,stock,...               beside PyTorch, which --no-pytorch leaves out; stock is wasm without our kernels
  --threads N  --tokens N (a batch)  --steps N  --relaxed-simd   how
  --mode speed | constant (1,000 steps in constant time and memory) | experts (4 and 16 experts cost a token the same)
`;
const list = (value: string): string[] => value.split(',').filter((part) => part !== '');
const say = (text: string): void => { process.stdout.write(`${text}\n`); };
const [threads, tokens, steps] = [Number(flags.threads), Number(flags.tokens), Number(flags.steps)];
const backends = [...list(flags.backends), ...(flags['no-pytorch'] ? [] : ['pytorch'])];
const python = backends.includes('pytorch') && !flags.help ? referencePython() : undefined;

/** Makes the checkpoint, measures each backend on it, and gives what they said. */
async function measureAll(size: Size, kind: Kind, length: number, stepCount: number, experts?: number): Promise<Map<string, Measured>> {
  const folder = await mkdtemp(path.join(tmpdir(), 'preclinical-bench-'));
  try {
    await openBackend('wasm');
    const model = initialiseModel(configOf(size, kind, experts), 1, 0.02);
    await saveModel(model, folder, { dtype: 'f32' });
    model.dispose();
    const measured = new Map<string, Measured>();
    for (const backend of backends) {
      const job: Job = { backend, threads, relaxedSimd: flags['relaxed-simd'], folder, batchSize: Math.max(1, Math.round(tokens / length)), length, steps: stepCount };
      try {
        measured.set(backend, await runJob(job, python));
      } catch (error) {
        say(`${backend} was not measured: ${error instanceof Error ? error.message : String(error)}`);
      }
    }
    return measured;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const best = (values: readonly number[]): number => Math.min(...values.slice(1), Infinity);
const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!;
const percent = (fraction: number): string => `${(100 * fraction).toFixed(0)} %`;
const mebibytes = (bytes: number): string => `${(bytes / 2 ** 20).toFixed(0)} MiB`;

async function speed(): Promise<void> {
  for (const size of list(flags.sizes) as Size[]) {
    for (const kind of list(flags.kinds) as Kind[]) {
      for (const length of list(flags.lengths).map(Number)) {
        const config = configOf(size, kind);
        const measured = await measureAll(size, kind, length, steps);
        const machineRate = Math.max(...[...measured.values()].map(({ productRate }) => productRate));
        const batchTokens = Math.max(1, Math.round(tokens / length)) * length;
        const reference = measured.get('pytorch');
        say(`\n${kind} ${size}, ${[...measured.values()][0]!.parameters.toLocaleString('en')} parameters, T ${length}, ${batchTokens} tokens a batch, load ${loadavg()[0]!.toFixed(1)}`);
        say(alignColumns([
          ['', 'tokens/s', 'median', 'a processor second', 'GFLOP/s', 'of own product', 'of the machine\'s', 'peak memory', 'loss', 'to PyTorch', 'by processor time'],
          ...[...measured].map(([name, one]) => {
            const ms = best(one.stepMs);
            const rate = (batchTokens * flopsPerToken(config, length)) / ms / 1e6;
            return [
              name, (batchTokens / ms * 1000).toFixed(0), (batchTokens / median(one.stepMs) * 1000).toFixed(0), (batchTokens / best(one.processorMs) * 1000).toFixed(0), rate.toFixed(1), percent(rate / one.productRate),
              percent(rate / machineRate), mebibytes(one.peakMemoryBytes), one.loss.toFixed(5), ...(reference ? [`${(best(reference.stepMs) / ms).toFixed(2)} x`, `${(best(reference.processorMs) / best(one.processorMs)).toFixed(2)} x`] : ['', '']),
            ];
          }),
        ]));
        for (const [name, one] of measured) if (Object.keys(one.operations).length > 0) say(`${name}: ${largestOperations(one)}`);
      }
    }
  }
}

function largestOperations({ operations }: Measured): string {
  const total = Object.values(operations).reduce((sum, ms) => sum + ms, 0);
  const largest = Object.entries(operations).sort(([, a], [, b]) => b - a).slice(0, 8);
  return largest.map(([name, ms]) => `${name} ${percent(ms / total)}`).join(', ');
}

/** Time and memory of a step over 1,000 steps. */
async function constant(): Promise<void> {
  for (const kind of list(flags.kinds) as Kind[]) {
    for (const [name, { stepMs, processorMs, memoryBytes }] of await measureAll('1M', kind, 64, 1000)) {
      const medians = (ms: readonly number[]): string => [ms.slice(50, 100), ms.slice(475, 525), ms.slice(-50)].map((part) => `${median(part).toFixed(1)} ms`).join(', ');
      say(`${kind}, ${name}: median of steps 51-100, 476-525, 951-1000: ${medians(stepMs)}; by processor time ${medians(processorMs)}; memory ${memoryBytes.map(mebibytes).filter((_, index) => index % 5 === 4 || index === 0).join(', ')}`);
    }
  }
}

/** The cost of a step by the number of experts, of which each token passes two. */
async function experts(): Promise<void> {
  for (const count of [4, 8, 16]) {
    for (const [name, { stepMs, processorMs, parameters, operations }] of await measureAll('5M', 'mixtral', 256, steps, count)) {
      const update = operations['adamw'] === undefined ? '' : `, of which ${(operations['adamw'] + (operations['sumOfSquares'] ?? 0)).toFixed(0)} ms update all parameters`;
      say(`${count} experts, ${parameters.toLocaleString('en')} parameters, ${name}: ${best(stepMs).toFixed(0)} ms a step, ${best(processorMs).toFixed(0)} by processor time${update}`);
    }
  }
}

if (flags.help) {
  say(usage);
} else {
  say(`${cpus()[0]?.model ?? 'unknown processor'}, ${cpus().length} cores, ${threads} threads, Node ${process.version}, load ${loadavg().map((one) => one.toFixed(1)).join(' ')}`);
  await { speed, constant, experts }[flags.mode as 'speed' | 'constant' | 'experts']();
  process.exit(0);
}
