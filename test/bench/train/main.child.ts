// npm run bench:train: training steps on every backend beside PyTorch, on the same checkpoint, batch and threads, in turns of a
// few steps in one run. Prints ratios, tokens/s, model GFLOP/s, shares of the matrix product's rate, peak memory, and where
// the time goes. --help names its flags; --mode constant and --mode experts check two promises about cost.
import { availableParallelism, cpus, loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { alignColumns } from '../../../src/base/text/columns';
import type { ModelConfig } from '../../../src/engine/model';
import { quantile } from '../machine';
import { referencePython } from './run-job';
import { configOf, flopsPerToken, kinds, sizes, type Kind, type Size } from './shapes';
import { measureInTurns, ratio, stepMs, type Clock, type Measured } from './turns';

const { values: flags } = parseArgs({
  options: {
    sizes: { type: 'string', default: sizes.join(',') },
    kinds: { type: 'string', default: kinds.join(',') },
    lengths: { type: 'string', default: '256,1024' },
    backends: { type: 'string', default: 'wasm' },
    threads: { type: 'string', default: [...new Set([1, availableParallelism()])].join(',') },
    tokens: { type: 'string', default: '1024' },
    steps: { type: 'string', default: '2' },
    rounds: { type: 'string', default: '6' },
    mode: { type: 'string', default: 'speed' },
    'relaxed-simd': { type: 'boolean', default: false },
    'no-pytorch': { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});
const usage = `node esbuild.js --tests && node dist/test/bench/train/main.child.mjs [flags]
  --sizes 1M,5M,30M  --kinds dense,mixtral  --lengths 256,1024   what is trained
  --backends wasm,onnxruntime,tensorflow,stock,...               beside PyTorch, which --no-pytorch leaves out; stock is wasm without our kernels
  --threads 1,2      all of the backends with so many; by default with one and with all
  --tokens N (a batch)  --relaxed-simd
  --rounds N  --steps N (a turn)                                 each backend takes its turn in each round
  --mode speed | constant (1,000 steps in constant time and memory) | experts (4, 8 and 16 experts cost a token the same)
`;
const list = (value: string): string[] => value.split(',').filter((part) => part !== '');
const say = (text: string): void => { process.stdout.write(`${text}\n`); };
const tokens = Number(flags.tokens);
const backends = [...list(flags.backends), ...(flags['no-pytorch'] ? [] : ['pytorch'])];
const python = backends.includes('pytorch') && !flags.help ? referencePython() : undefined;
const allThreads = list(flags.threads).map(Number);

async function measure(config: ModelConfig, threads: number, length: number, batchTokens: number, rounds: number, stepsATurn: number): Promise<ReadonlyMap<string, Measured>> {
  const job = { threads, relaxedSimd: flags['relaxed-simd'], batchSize: Math.max(1, Math.round(batchTokens / length)), length };
  return measureInTurns({ backends, config, job, rounds, stepsATurn, python, say });
}

const percent = (fraction: number): string => `${(100 * fraction).toFixed(0)} %`;
const mebibytes = (bytes: number): string => `${(bytes / 2 ** 20).toFixed(0)} MiB`;
const load = (): string => `load ${loadavg()[0]!.toFixed(1)}`;
const threadsInWords = (threads: number): string => (threads === 1 ? '1 thread' : `${threads} threads`);

async function speed(): Promise<void> {
  for (const size of list(flags.sizes) as Size[]) {
    for (const kind of list(flags.kinds) as Kind[]) {
      for (const length of list(flags.lengths).map(Number)) {
        for (const threads of allThreads) {
          const config = configOf(size, kind);
          const measured = await measure(config, threads, length, tokens, Number(flags.rounds), Number(flags.steps));
          sayTable(measured, `${kind} ${size}`, config, threads, length);
        }
      }
    }
  }
}

function sayTable(measured: ReadonlyMap<string, Measured>, name: string, config: ModelConfig, threads: number, length: number): void {
  const batchTokens = Math.max(1, Math.round(tokens / length)) * length;
  const machineRate = Math.max(...[...measured.values()].map(({ productRate }) => productRate));
  const reference = measured.get('pytorch');
  say(`\n${name}, ${[...measured.values()][0]!.parameters.toLocaleString('en')} parameters, T ${length}, ${batchTokens} tokens a batch, ${threadsInWords(threads)}, ${load()}`);
  say(alignColumns([
    ['', 'to PyTorch', 'by processor time', 'tokens/s', 'a processor second', 'GFLOP/s', 'of own product', 'of the machine\'s', 'peak memory', 'loss'],
    ...[...measured].map(([backend, one]) => {
      const perSecond = (clock: Clock): number => (1000 * batchTokens) / quantile(stepMs(one, clock), 0.5);
      // Of several threads only the clock knows; of one, processor time is what the others on the machine leave alone.
      const rate = (perSecond(threads === 1 ? 'processorMs' : 'wallMs') * flopsPerToken(config, length)) / 1e9;
      return [
        backend, ...(['wallMs', 'processorMs'] as const).map((clock) => (reference ? ratio(reference, one, clock) : '')), perSecond('wallMs').toFixed(0), perSecond('processorMs').toFixed(0),
        rate.toFixed(1), percent(rate / one.productRate), percent(rate / machineRate), mebibytes(one.peakMemoryBytes), one.loss.toFixed(5),
      ];
    }),
  ]));
  for (const [backend, one] of measured) if (Object.keys(one.operations).length > 0) say(`${backend}: ${largestOperations(one)}`);
}

function largestOperations({ operations }: Measured): string {
  const total = Object.values(operations).reduce((sum, ms) => sum + ms, 0);
  const largest = Object.entries(operations).sort(([, a], [, b]) => b - a).slice(0, 8);
  return largest.map(([name, ms]) => `${name} ${percent(ms / total)}`).join(', ');
}

/** Time and memory of a step over 1,000 steps, in turns of ten. */
async function constant(): Promise<void> {
  for (const kind of list(flags.kinds) as Kind[]) {
    const measured = await measure(configOf('1M', kind), allThreads[0]!, 64, 256, 100, 10);
    for (const [backend, one] of measured) {
      const first = one.rounds[9]!.memoryBytes;
      const memory = one.rounds.filter((_, round) => round % 10 === 9).map(({ memoryBytes }) => mebibytes(memoryBytes));
      const byClock = (['processorMs', 'wallMs'] as const).map((clock) => {
        const ms = one.rounds.map((turn) => quantile(turn[clock], 0.5));
        const tenths = Array.from({ length: 10 }, (_, tenth) => quantile(ms.slice(10 * tenth, 10 * tenth + 10), 0.5).toFixed(1));
        return `${clock === 'wallMs' ? 'by the clock' : 'by processor time'} ${tenths.join(' ')} ms, slope ${(100 * medianSlope(ms) * ms.length / quantile(ms, 0.5)).toFixed(1)} % over all`;
      });
      say(`${kind}, ${backend}, 1,000 steps, ${load()}: a step in each hundred ${byClock.join('; ')}; memory ${memory.join(' ')}, ${((one.rounds.at(-1)!.memoryBytes / first - 1) * 100).toFixed(1)} % since step 100`);
    }
  }
}

/** The median of the slopes between all pairs (Theil and Sen): what a few slow turns cannot tilt. */
function medianSlope(values: readonly number[]): number {
  return quantile(values.flatMap((value, i) => values.slice(i + 1).map((later, gap) => (later - value) / (gap + 1))), 0.5);
}

/** The cost of a step by the number of experts, of which each token passes two. */
async function experts(): Promise<void> {
  for (const size of list(flags.sizes) as Size[]) {
    for (const count of [4, 8, 16]) {
      for (const [backend, one] of await measure(configOf(size, 'mixtral', count), allThreads[0]!, 256, tokens, Number(flags.rounds), Number(flags.steps))) {
        const { operations, parameters } = one;
        const update = operations['adamw'] === undefined ? '' : `, of which ${(operations['adamw'] + (operations['sumOfSquares'] ?? 0)).toFixed(0)} ms update all parameters`;
        const [wall, processor] = (['wallMs', 'processorMs'] as const).map((clock) => quantile(stepMs(one, clock), 0.5).toFixed(0));
        say(`${count} experts, ${parameters.toLocaleString('en')} parameters, ${backend}, ${load()}: ${wall} ms a step, ${processor} by processor time${update}`);
      }
    }
  }
}

if (flags.help) {
  say(usage);
} else {
  say(`${cpus()[0]?.model ?? 'unknown processor'}, ${cpus().length} cores, Node ${process.version}, ${load()}; medians over ${flags.rounds} rounds, in brackets the half of them around it`);
  await { speed, constant, experts }[flags.mode as 'speed' | 'constant' | 'experts']();
  process.exit(0);
}
