// What one training run will need: memory by the model's shapes, tokens and steps by the built mix, time by measured
// micro-batches, disk by the size of its checkpoints. Starts nothing and loads no weight.
import { stat, statfs } from 'node:fs/promises';
import path from 'node:path';
import type { MixStage } from '../../../documents/mix/schema';
import { trainsElsewhere, type Run, type Sharding } from '../../../documents/run/schema';
import type { DiskFigures, RunEstimate, SourceFigures, TimeFigures } from '../../../protocol/estimate';
import { readManifest } from '../../data';
import type { MixManifest } from '../../data/shard';
import type { ModelConfig } from '../../model';
import { checkpointBytesOfWeight, shareOut } from '../../scaleout';
import { estimateMemory, largestThatFit, mostKept, type DataPlan, type MemoryEstimate, type MemorySettings } from '../../train';
import { fromStoredPath } from '../prepare/paths';
import { isMixBuilt } from '../prepare/mix';
import { findBase, type ReadRun } from '../prepare/train';
import { planData } from '../train/data';
import { planElsewhere, readRunAnywhere, type FoundRun } from './elsewhere';
import { backendOf, fitRun, memoryLimit } from './fit';
import { modelConfigOf } from './model';
import { findRate, type Calibration } from './rates';
import { largestShape, usualShape, type UsualShape } from './shape';

export interface EstimateChoices {
  readonly overrides?: Readonly<Record<string, unknown>>;
  readonly calibration: Calibration;
  /** Shape of a base that an earlier step of a study will make. */
  readonly base?: ModelConfig;
  /** Threads it will have unless its file says otherwise; all cores when left out. */
  readonly threads?: number;
}

export interface EstimatedRun { readonly estimate: RunEstimate; readonly config: ModelConfig }

export async function estimateRun(root: string, file: string, choices: EstimateChoices): Promise<EstimatedRun> {
  const read = await readRunAnywhere(root, file, choices.overrides ?? {});
  const { run, mix, isMissing } = read;
  const base = choices.base === undefined ? await findBase(root, file, read, { acceptsConfig: true }) : undefined;
  const config = choices.base ?? await modelConfigOf(root, read, base);
  const download = base?.missingBytes === undefined || typeof run.base !== 'string' ? {} : { download: { model: run.base, bytes: base.missingBytes } };
  const product = fromStoredPath(root, mix.resolved.product);
  const built = !isMissing && isMixBuilt(root, mix.resolved.product);
  const data = built ? await openData(run, product) : undefined;
  const { sequenceLength } = mix.resolved.mix;
  const elsewhere = trainsElsewhere(run);
  const share = elsewhere ? shareOut(run) : { rowsOfProcess: run.batchSize, accumulationSteps: run.accumulationSteps };
  const shape = largestShape({ ...run, batchSize: share.rowsOfProcess, accumulationSteps: share.accumulationSteps }, sequenceLength, data?.plan);
  const amounts = data ? seen(data) : guessed(read);
  if (elsewhere) return { config, estimate: { ...await ofAnotherEngine(root, read, config, shape, { amounts, built, totalSteps: data?.plan.totalSteps }), ...download } };
  const fit = fitRun(run, config, shape);
  const limit = memoryLimit(backendOf(run));
  const work = data ? workOf(run, data) : guessedWork(read, amounts);
  const time = work && fit.fits ? await estimateTime(root, run, config, work, choices) : undefined;
  const { parameters, weightBytes, gradientBytes, momentBytes, activationBytes, peakBytes } = fit.memory;
  return {
    config,
    estimate: {
      kind: 'run', name: run.name, backend: backendOf(run), parameters,
      batchSize: shape.batchSize, sequenceLength: shape.sequenceLength, accumulationSteps: share.accumulationSteps,
      memory: { weightBytes, gradientBytes, momentBytes, activationBytes, peakBytes, limitBytes: limit.limitBytes, usableBytes: Math.max(0, fit.usableBytes) },
      fits: fit.fits, ...(fit.fits ? {} : { largest: largestThatFit(config, shape, limit) }),
      mix: { name: mix.name, file: mix.file ?? mix.name, built },
      ...amounts, ...download,
      ...(time ? { time } : {}),
      disk: await diskFigures(root, run, fit.memory, data?.plan.totalSteps ?? run.steps, fromStoredPath(fromStoredPath(root, mix.resolved.folder), mix.resolved.mix.tokenizer)),
    },
  };
}

interface Amounts { readonly steps?: number; readonly tokens?: number; readonly sources: SourceFigures[] }

async function ofAnotherEngine(
  root: string, { run, mix, isMissing }: FoundRun, config: ModelConfig, shape: MemorySettings, { amounts, built, totalSteps }: { readonly amounts: Amounts; readonly built: boolean; readonly totalSteps: number | undefined },
): Promise<RunEstimate> {
  const { chosen, fits, usableBytes, limitBytes, largest, figures } = planElsewhere(run, config, { rowsOfProcess: shape.batchSize, sequenceLength: shape.sequenceLength, tokens: amounts.tokens });
  const memory = estimateMemory(config, shape);
  const { weightBytes, gradientBytes, momentBytes, activationBytes, peakBytes } = chosen;
  return {
    kind: 'run', name: run.name, backend: run.engine === 'embedded' || run.engine === undefined ? 'trl' : run.engine, parameters: memory.parameters,
    batchSize: shape.batchSize, sequenceLength: shape.sequenceLength, accumulationSteps: shape.accumulationSteps,
    memory: { weightBytes, gradientBytes, momentBytes, activationBytes, peakBytes, limitBytes, usableBytes },
    fits, ...(largest === undefined ? {} : { largest }),
    mix: { name: mix.name, file: mix.file ?? mix.name, built, ...(isMissing ? { missing: true } : {}) },
    ...amounts,
    disk: await diskFigures(root, run, memory, totalSteps ?? run.steps, fromStoredPath(fromStoredPath(root, mix.resolved.folder), mix.resolved.mix.tokenizer), figures.sharding),
    scaleout: figures,
  };
}

interface RunData { readonly manifest: MixManifest; readonly plan: DataPlan }

async function openData(run: Run, product: string): Promise<RunData> {
  const manifest = await readManifest(product);
  return { manifest, plan: await planData(run, manifest, product) };
}

/** Steps, tokens and the part of each source, from the rows the run will really read. */
function seen({ manifest, plan }: RunData): { steps: number; tokens: number; sources: SourceFigures[] } {
  const passes = plan.totalRows / plan.rowsPerPass;
  const tokensOfPass = plan.stages.reduce((sum, { lengths }) => sum + lengths.reduce((total, length) => total + length, 0), 0);
  const sources = manifest.stages.flatMap((stage) => Object.entries(stage.sources).map(([source, part]) => ({
    source, stage: stage.name, domain: part.domain, tokens: Math.round(part.tokens * passes), epochs: part.epochs * passes,
  })));
  return { steps: plan.totalSteps, tokens: Math.round(tokensOfPass * passes), sources };
}

/** Before the mix is built: what the two files say themselves. */
function guessed({ run, mix }: ReadRun): { steps?: number; tokens?: number; sources: SourceFigures[] } {
  const { sequenceLength, stages } = mix.resolved.mix;
  const rowsOfStep = run.batchSize * run.accumulationSteps;
  if (run.steps !== undefined) {
    return { steps: run.steps, ...(run.stage === 'pretrain' ? { tokens: run.steps * rowsOfStep * sequenceLength } : {}), sources: [] };
  }
  if (run.tokens !== undefined) {
    return { ...(run.stage === 'pretrain' ? { steps: Math.ceil(run.tokens / sequenceLength / rowsOfStep) } : {}), tokens: run.tokens, sources: [] };
  }
  const tokens = stages.map((stage) => stage.tokens ?? sumOfTokens(stage));
  if (run.stage !== 'pretrain' || tokens.some((one) => one === undefined)) return { sources: [] };
  const total = tokens.reduce<number>((sum, one) => sum + (one ?? 0), 0) * run.epochs;
  return { steps: Math.ceil(total / sequenceLength / rowsOfStep), tokens: Math.round(total), sources: [] };
}

/** Of a stage whose sources are all given in tokens. */
function sumOfTokens({ sources }: MixStage): number | undefined {
  return Object.values(sources).reduce<number | undefined>((sum, part) => ('tokens' in part && sum !== undefined ? sum + part.tokens : undefined), 0);
}

/** What takes the time of a run. */
interface Work {
  readonly usual: UsualShape;
  readonly steps: number;
  readonly tokens: number;
  readonly heldOutTokens: number;
  /** The mix is not built: every row is taken as full, and every held-out set as large as is measured of it at most. */
  readonly assumesFullRows?: true;
}

function workOf(run: Run, { manifest, plan }: RunData): Work {
  return {
    usual: usualShape(plan, manifest.sequenceLength), steps: plan.totalSteps, tokens: seen({ manifest, plan }).tokens,
    heldOutTokens: manifest.heldOut.reduce((sum, { tokens }) => sum + Math.min(tokens, run.heldOut.maximumTokens), 0),
  };
}

/** Undefined where not even the number of updates is known. */
function guessedWork({ run, mix }: ReadRun, { steps }: { readonly steps?: number }): Work | undefined {
  if (steps === undefined) return undefined;
  const { sequenceLength, heldOut } = mix.resolved.mix;
  const { batchSize, accumulationSteps } = run;
  const positions = batchSize * sequenceLength;
  const microBatches = steps * accumulationSteps;
  return {
    usual: { batchSize, length: sequenceLength, lossDensity: 1, positions, microBatches }, steps, tokens: microBatches * positions, assumesFullRows: true,
    heldOutTokens: Object.keys(heldOut).length * run.heldOut.maximumTokens,
  };
}

async function estimateTime(
  root: string, run: Run, config: ModelConfig, { usual, steps, tokens, heldOutTokens, assumesFullRows }: Work, { calibration, threads }: EstimateChoices,
): Promise<TimeFigures | undefined> {
  const shape = { ...usual, recomputeActivations: run.recomputeActivations, lora: run.lora, accumulates: run.accumulationSteps > 1 };
  const rate = await findRate(root, config, run.optimiser, shape, backendOf(run), calibration, { threads: run.threads ?? threads, relaxedSimd: run.relaxedSimd, products: run.products });
  if (!rate) return undefined;
  const msPerPosition = rate.microBatchMs / (usual.batchSize * usual.length);
  const trainMs = usual.microBatches * usual.positions * msPerPosition + steps * rate.updateMs;
  const everySteps = run.heldOut.everySteps ?? Math.max(1, Math.round(steps / 20));
  const measurements = 1 + Math.ceil(steps / everySteps);
  const heldOutMs = (measurements * heldOutTokens * msPerPosition) / 3;
  return {
    totalMs: trainMs + heldOutMs, trainMs, heldOutMs, tokensPerSecond: (tokens / trainMs) * 1000,
    source: rate.source, measuredFraction: rate.measuredFraction, device: rate.device, ...(assumesFullRows ? { assumesFullRows } : {}),
  };
}

/**
 * A checkpoint is what is trained in f32, both moments and the tokenizer, and of another engine what its sharding adds; one is written beside those kept. Those kept at a
 * multiple of some steps are counted when the run's steps are known.
 */
async function diskFigures(root: string, run: Run, memory: MemoryEstimate, steps: number | undefined, tokenizerFolder: string, sharding: Sharding = 'none'): Promise<DiskFigures> {
  const tokenizerBytes = await stat(path.join(tokenizerFolder, 'tokenizer.json')).then(({ size }) => size, () => 0);
  const trained = memory.trainedBytes / 4;
  const checkpointBytes = trained * checkpointBytesOfWeight[run.lora === undefined ? sharding : 'none'] + tokenizerBytes;
  const { bavail, bsize } = await statfs(root);
  return { checkpointBytes, neededBytes: checkpointBytes * (mostKept(run.checkpoints, steps ?? 0) + 1), freeBytes: bavail * bsize };
}
