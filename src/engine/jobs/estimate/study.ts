// What the trainings of a study will need together. A step that starts from another takes the shape of that step's model.
import { availableParallelism } from 'node:os';
import path from 'node:path';
import { parseStudy } from '../../../documents/study/parse';
import { chainLengths, stepOrder } from '../../../documents/study/graph';
import type { RunEstimate, StudyEstimate } from '../../../protocol/estimate';
import type { ModelConfig } from '../../model';
import { toStoredPath } from '../prepare/paths';
import { demandDocument, readDocumentText } from '../prepare/read-document';
import { threadsOfStep } from '../study/threads';
import type { Calibration } from './rates';
import { estimateRun } from './run';

export async function estimateStudy(root: string, file: string, choices: { readonly overrides?: Readonly<Record<string, unknown>>; readonly calibration: Calibration }): Promise<StudyEstimate> {
  const stored = toStoredPath(root, file);
  const study = demandDocument(parseStudy(await readDocumentText(root, file, 'study-not-found'), stored, { overrides: choices.overrides ?? {} }));
  const configs = new Map<string, ModelConfig>();
  const runs: Record<string, RunEstimate> = {};
  for (const name of stepOrder(study).order) {
    const step = study.steps[name]!;
    if (!('run' in step)) continue;
    const base = step.base === undefined ? undefined : configs.get(step.base);
    const { estimate, config } = await estimateRun(root, path.resolve(path.dirname(file), step.run), {
      overrides: step.set, calibration: choices.calibration, threads: threadsOfStep(study.parallel), ...(base ? { base } : {}),
    });
    configs.set(name, config);
    runs[name] = estimate;
  }
  const all = Object.values(runs);
  const parallel = Math.min(study.parallel, availableParallelism(), Math.max(1, all.length));
  const known = <T>(values: readonly (T | undefined)[]): readonly T[] | undefined => (values.every((value) => value !== undefined) ? values : undefined);
  const times = known(all.map(({ time }) => time?.totalMs));
  const tokens = known(all.map((one) => one.tokens));
  const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
  const longest = Math.max(0, ...chainLengths(study, (name) => runs[name]?.time?.totalMs ?? 0).values());
  const peaks = all.map(({ memory }) => memory.peakBytes).sort((a, b) => b - a);
  return {
    kind: 'study', name: study.name, parallel, runs,
    ...(tokens ? { tokens: sum(tokens) } : {}),
    ...(times ? { computeMs: sum(times), elapsedMs: Math.max(sum(times) / parallel, longest) } : {}),
    peakBytes: sum(peaks.slice(0, parallel)), fits: all.every(({ fits }) => fits),
    disk: {
      checkpointBytes: sum(all.map(({ disk }) => disk.checkpointBytes)),
      neededBytes: sum(all.map(({ disk }) => disk.neededBytes)), freeBytes: Math.min(Infinity, ...all.map(({ disk }) => disk.freeBytes)),
    },
  };
}
