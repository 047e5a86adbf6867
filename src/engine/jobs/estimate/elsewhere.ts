// What a run that another engine trains will need: memory of a GPU for each way of sharding, tokens and updates by the mix
// or by what its file says, time by the rate the run file assumes. Its documents may be on another machine.
import { totalmem } from 'node:os';
import path from 'node:path';
import { UserError } from '../../../base/errors/problem';
import { parseMix } from '../../../documents/mix/parse';
import { parseRun } from '../../../documents/run/parse';
import { scaleoutOf, trainsElsewhere, type Run } from '../../../documents/run/schema';
import type { LargestSettings } from '../../../protocol/estimate';
import type { ModelConfig } from '../../model';
import { nvidiaMemoryBytes } from '../../tensors';
import { toStoredPath } from '../prepare/paths';
import { demandDocument, readDocumentText } from '../prepare/read-document';
import { readRun, type ReadRun } from '../prepare/train';
import { planScaleout, type GpuFacts, type ScaleoutPlan } from './sharding/plan';

/** The GPU the file names, else one of this machine, else an even part of its memory. */
export function gpuOf(run: Run): GpuFacts {
  const { gpu, device, processes } = scaleoutOf(run);
  if (gpu !== undefined) return { limitBytes: gpu.memoryGib * 2 ** 30, isGpu: true };
  const found = device === 'cpu' ? undefined : nvidiaMemoryBytes();
  return found === undefined ? { limitBytes: totalmem() / processes, isGpu: false } : { limitBytes: found, isGpu: true };
}

export interface FoundRun extends ReadRun {
  /** The mix's documents are not on this machine, so that only its file was read. */
  readonly isMissing: boolean;
}

/** As `readRun`, but for a run of another engine its mix's documents need not be here. */
export async function readRunAnywhere(root: string, file: string, overrides: Readonly<Record<string, unknown>>): Promise<FoundRun> {
  const stored = toStoredPath(root, file);
  const run = demandDocument(parseRun(await readDocumentText(root, file, 'run-not-found'), stored, { overrides }));
  try {
    return { ...await readRun(root, file, overrides), isMissing: false };
  } catch (error) {
    if (!trainsElsewhere(run) || !(error instanceof UserError)) throw error;
    const mixFile = path.resolve(path.dirname(file), run.data);
    const mix = demandDocument(parseMix(await readDocumentText(root, mixFile, 'mix-not-found'), toStoredPath(root, mixFile)));
    const folder = toStoredPath(root, path.dirname(mixFile));
    return { run, stored, isMissing: true, mix: { schema: 1, kind: 'mix', name: mix.name, file: toStoredPath(root, mixFile), overrides: {}, resolved: { mix, folder, product: folder } } };
  }
}

export interface ProcessShape { readonly rowsOfProcess: number; readonly sequenceLength: number; readonly tokens: number | undefined }

export function planElsewhere(run: Run, config: ModelConfig, shape: ProcessShape): ScaleoutPlan & { readonly largest: LargestSettings | undefined; readonly limitBytes: number } {
  const gpu = gpuOf(run);
  const plan = planScaleout(run, config, { ...shape, gpu });
  return { ...plan, limitBytes: gpu.limitBytes, largest: plan.fits ? undefined : largestOf(run, config, shape, gpu) };
}

/** What of the file makes it fit when all else stays. */
function largestOf(run: Run, config: ModelConfig, shape: ProcessShape, gpu: GpuFacts): LargestSettings {
  const fits = (changed: Partial<ProcessShape>, recomputeActivations = run.recomputeActivations): boolean => planScaleout({ ...run, recomputeActivations }, config, { ...shape, ...changed, gpu }).fits;
  const rows = Array.from({ length: shape.rowsOfProcess - 1 }, (_, fewer) => shape.rowsOfProcess - 1 - fewer).find((rowsOfProcess) => fits({ rowsOfProcess }));
  return { ...(!run.recomputeActivations && fits({}, true) ? { recomputeActivations: true } : {}), ...(rows === undefined ? {} : { batchSize: rows }) };
}
