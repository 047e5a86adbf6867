// Settings of the runs and mixes as the jobs resolved them, and where the numbers came from.
import path from 'node:path';
import type { Study } from '../../../../documents/study/schema';
import type { Provenance } from '../../../../protocol/provenance';
import { readJson } from '../../../../runs/files/json';
import { jobPath } from '../../../../runs/layout';
import type { MixManifest } from '../../../data/shard';
import { count } from '../format';
import type { MixSettings, ProvenanceRow, RunSettings } from '../model';
import type { TrainingRun } from './metrics';
import type { StepJob } from './steps';

export async function readMixManifest(root: string, mixFolder: string): Promise<MixManifest | undefined> {
  return await readJson(path.resolve(root, mixFolder, 'manifest.json')) as MixManifest | undefined;
}

export function describeRun(study: Study, { job }: TrainingRun): RunSettings {
  const { run, mixHash } = job.file.resolved;
  const step = study.steps[job.name];
  const metrics = job.events.filter((event) => event.type === 'metrics');
  const last = metrics.at(-1);
  const speeds = metrics.flatMap((event) => event.metrics['train/tokensPerSecond'] ?? []).filter((value) => typeof value === 'number').sort((a, b) => a - b);
  const warmup = run.schedule.warmupSteps === undefined ? `${(run.schedule.warmupFraction ?? 0) * 100} % of steps` : `${run.schedule.warmupSteps} steps`;
  return {
    step: job.name,
    values: {
      stage: run.stage,
      'starts from': step && 'run' in step && step.base !== undefined ? step.base : job.file.resolved.baseCheckpoint ?? 'random weights',
      mix: mixHash,
      seed: String(run.seed),
      batch: `${run.batchSize} × ${run.accumulationSteps}`,
      length: run.steps === undefined ? `${run.epochs} epochs` : `${run.steps} steps`,
      'steps done': last ? String(last.step) : '',
      'tokens seen': last ? count(last.tokens) : '',
      'peak learning rate': String(run.optimiser.learningRate),
      schedule: `${run.schedule.kind}, warm-up ${warmup}`,
      AdamW: `β ${run.optimiser.beta1}, ${run.optimiser.beta2}; decay ${run.optimiser.weightDecay}; clip ${run.optimiser.clipNorm ?? 'none'}`,
      NEFTune: run.neftune ? `α ${run.neftune.alpha}, length ${run.neftune.lengthMode}` : 'off',
      'tokens/s (median)': speeds.length === 0 ? '' : count(Math.round(speeds[Math.floor(speeds.length / 2)]!)),
    },
  };
}

export function describeMixes(runs: readonly TrainingRun[]): MixSettings[] {
  const mixes = new Map<string, { manifest: MixManifest; usedBy: string[] }>();
  for (const { job, manifest } of runs) {
    if (!manifest) continue;
    const known = mixes.get(manifest.hash);
    if (known) known.usedBy.push(job.name);
    else mixes.set(manifest.hash, { manifest, usedBy: [job.name] });
  }
  return [...mixes.values()].map(({ manifest, usedBy }) => ({
    name: manifest.name, hash: manifest.hash, usedBy,
    tokenizer: `${manifest.tokenizerHash.slice(0, 12)}, ${manifest.vocabularySize} entries`,
    sequenceLength: manifest.sequenceLength,
    stages: manifest.stages.map(({ name, tokens, lossTokens, sources }) => ({
      name, tokens, lossTokens,
      sources: Object.entries(sources).map(([source, { domain, tokens: sourceTokens, share, epochs }]) => ({ name: source, domain, tokens: sourceTokens, share, epochs })),
    })),
  }));
}

/** The machine is described, not named: a report is made to be passed on. */
export async function collectProvenance(study: StepJob, jobs: Iterable<StepJob>): Promise<ProvenanceRow[]> {
  const rows: ProvenanceRow[] = [];
  for (const job of [study, ...jobs]) {
    const provenance = await readJson(jobPath(job.folder, 'provenance')) as Provenance | undefined;
    const last = provenance?.attempts.at(-1);
    if (!provenance || !last) continue;
    const { git } = last;
    rows.push({
      step: job.name, job: job.id, attempts: provenance.attempts.length,
      values: {
        preclinical: last.preclinical,
        commit: git ? `${git.commit.slice(0, 12)}${git.dirty ? ' with changes' : ''}` : 'not in Git',
        Node: `${last.node} (${last.nodeSource})`,
        platform: last.platform,
        processor: `${last.cpu}, ${last.cores} cores`,
        device: last.device ?? '',
        seeds: Object.entries(provenance.seeds).map(([name, seed]) => `${name} ${seed}`).join(', '),
      },
    });
  }
  return rows;
}
