// What a run that another engine trains needs of each GPU, how it is shared out, and how long it takes.
import { processesOf, scaleoutOf, type Run, type Sharding } from '../../../../documents/run/schema';
import type { ScaleoutFigures } from '../../../../protocol/estimate';
import type { ModelConfig } from '../../../model';
import { trainingFlopsPerToken, type Precision } from './activations';
import { reservedBytes, shardFigures, type ShardFigures } from './shards';

export interface GpuFacts {
  readonly limitBytes: number;
  /** A GPU, of which some is always taken; else memory of the machine. */
  readonly isGpu: boolean;
}

export interface ScaleoutPlan {
  readonly figures: ScaleoutFigures;
  readonly chosen: ShardFigures;
  readonly fits: boolean;
  readonly usableBytes: number;
}

/**
 * @param rowsOfProcess rows of one process's micro-batch, each of `sequenceLength` tokens at most.
 * @param tokens of the whole run; time is told when they and `scaleout.gpu.teraflops` are known.
 */
export function planScaleout(
  run: Run, config: ModelConfig, { rowsOfProcess, sequenceLength, tokens, gpu }: { readonly rowsOfProcess: number; readonly sequenceLength: number; readonly tokens: number | undefined; readonly gpu: GpuFacts },
): ScaleoutPlan {
  const settings = scaleoutOf(run);
  const processes = processesOf(settings);
  const precision: Precision = settings.precision === 'auto' ? (gpu.isGpu ? 'bfloat16' : 'float32') : settings.precision;
  const all = shardFigures(config, { tokens: rowsOfProcess * sequenceLength, precision, recomputeActivations: run.recomputeActivations, processes, lora: run.lora });
  const usableBytes = Math.max(0, gpu.limitBytes - (gpu.isGpu ? reservedBytes : 0));
  const fits = ({ peakBytes }: ShardFigures): boolean => peakBytes <= usableBytes;
  const sharding = chooseSharding(settings.sharding, fits(all[0]!));
  const chosen = all.find((one) => one.sharding === sharding)!;
  const flops = trainingFlopsPerToken(config, sequenceLength, run.recomputeActivations);
  const teraflops = settings.gpu?.teraflops;
  const gpuHours = tokens === undefined || teraflops === undefined ? undefined : (tokens * flops) / (teraflops * 1e12) / 3600;
  return {
    chosen, usableBytes, fits: fits(chosen),
    figures: {
      engine: run.engine ?? 'embedded', nodes: settings.slurm?.nodes ?? 1, processes, precision, sharding, isChosenByEstimate: settings.sharding === 'auto',
      choices: all.map((one) => ({ sharding: one.sharding, peakBytes: one.peakBytes, fits: fits(one) })),
      workingBytes: chosen.workingBytes, isGpu: gpu.isGpu,
      ...(tokens === undefined ? {} : { flops: tokens * flops }),
      ...(gpuHours === undefined || teraflops === undefined ? {} : { gpuHours, hours: gpuHours / processes, teraflops }),
    },
  };
}

/** `auto` keeps whole copies where they fit, since nothing is quicker, and shards all there is where they do not. */
export function chooseSharding(asked: Sharding | 'auto', copyFits: boolean): Sharding {
  return asked === 'auto' ? (copyFits ? 'none' : 'fsdp') : asked;
}
