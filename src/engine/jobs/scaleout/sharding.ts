// How a run of another engine is shared out between its processes: by hand, or by what the estimate says of its GPUs.
import { totalmem } from 'node:os';
import { formatBytes } from '../../../base/text/bytes';
import { userError } from '../../../base/errors/problem';
import { processesOf, scaleoutOf, type Run, type Sharding } from '../../../documents/run/schema';
import type { ModelConfig } from '../../model';
import { shareOut, type PythonFound } from '../../scaleout';
import type { DataPlan } from '../../train';
import { largestShape } from '../estimate/shape';
import { planScaleout, type GpuFacts } from '../estimate/sharding/plan';

export interface ShardingQuestion {
  readonly run: Run;
  readonly config: ModelConfig;
  readonly plan: DataPlan;
  readonly sequenceLength: number;
  readonly python: PythonFound;
  readonly onGpu: boolean;
  readonly file: string;
}

export interface ChosenSharding {
  readonly sharding: Sharding;
  /** A sentence for the log. */
  readonly because: string;
}

/** Throws a user error where what was chosen cannot be started with what is there. */
export function chooseShardingOf(question: ShardingQuestion): ChosenSharding {
  const chosen = choose(question);
  refuseUnlessThere(question, chosen.sharding);
  return chosen;
}

function choose({ run, config, plan, sequenceLength, python, onGpu, file }: ShardingQuestion): ChosenSharding {
  const settings = scaleoutOf(run);
  if (settings.sharding !== 'auto') return { sharding: settings.sharding, because: `Sharding ${settings.sharding}, by hand.` };
  if (processesOf(settings) === 1) return { sharding: 'none', because: 'Sharding none: there is one process.' };
  const { rowsOfProcess, accumulationSteps } = shareOut(run);
  const shape = largestShape({ ...run, batchSize: rowsOfProcess, accumulationSteps }, sequenceLength, plan);
  const gpu = gpuOf(run, python, onGpu, file);
  const { figures, usableBytes } = planScaleout(run, config, { rowsOfProcess: shape.batchSize, sequenceLength: shape.sequenceLength, tokens: undefined, gpu });
  const bytesOf = (sharding: Sharding): string => formatBytes(figures.choices.find((one) => one.sharding === sharding)?.peakBytes ?? Number.NaN);
  const whole = `a whole copy needs ${bytesOf('none')} of the ${formatBytes(usableBytes)} each process may fill`;
  return { sharding: figures.sharding, because: `Sharding ${figures.sharding}, by the estimate: ${whole}${figures.sharding === 'none' ? '' : `, a part ${bytesOf(figures.sharding)}`}.` };
}

/** What the file says, else what Python sees; the nodes behind Slurm are not seen from here. */
function gpuOf(run: Run, { gpuBytes }: PythonFound, onGpu: boolean, file: string): GpuFacts {
  const { gpu, slurm, processes } = scaleoutOf(run);
  if (gpu !== undefined) return { limitBytes: gpu.memoryGib * 2 ** 30, isGpu: true };
  if (!onGpu) return { limitBytes: totalmem() / processes, isGpu: false };
  if (slurm === undefined && gpuBytes.length > 0) return { limitBytes: Math.min(...gpuBytes), isGpu: true };
  throw userError({
    code: 'scaleout-unknown-gpu', file, key: 'scaleout.sharding', value: 'auto', message: 'auto goes by the memory of a GPU, and the GPUs of the nodes are not seen from here',
    next: 'Say it in scaleout.gpu: { memoryGib: 80 }, or name a sharding.',
  });
}

function refuseUnlessThere({ run, config, python, file }: ShardingQuestion, sharding: Sharding): void {
  const lacks = (name: string, key: string, value: string): void => {
    if (python.packages[name] !== null && python.packages[name] !== undefined) return;
    throw userError({ code: 'scaleout-module-missing', file, key, value, message: `${python.interpreter} has no ${name}`, next: `Install it there (\`pip install ${name}\`), or choose another value.` });
  };
  if (sharding.startsWith('zero')) lacks('deepspeed', 'scaleout.sharding', sharding);
  if (run.lora?.quantisation === undefined) return;
  // Reached by auto alone: FSDP2 loses what 4-bit weights hold, so that the model answers at random.
  if (sharding === 'fsdp') {
    throw userError({
      code: 'scaleout-quantised-sharded', file, key: 'scaleout.sharding', value: scaleoutOf(run).sharding, message: 'a whole copy does not fit by the estimate, and frozen weights in 4 bits are not shared out between processes',
      next: 'Lower batchSize and raise accumulationSteps by as much, or remove lora.quantisation.',
    });
  }
  if (config.experts !== undefined) {
    throw userError({
      code: 'scaleout-quantised-experts', file, key: 'lora.quantisation', value: run.lora.quantisation, message: 'bitsandbytes quantises linear layers, and transformers keeps the experts of a Mixtral as one matrix each, so they would stay as they are',
      next: 'Remove lora.quantisation, and share the weights out with scaleout.sharding: fsdp.',
    });
  }
  lacks('bitsandbytes', 'lora.quantisation', run.lora.quantisation);
}
