// What building a mix would give, without building it.
import { existsSync } from 'node:fs';
import path from 'node:path';
import { stageAmounts } from '../../../documents/mix/amounts/stage';
import type { MixPlanAnswer, PlannedSourceSize } from '../../../protocol/mix-plan';
import type { ReadOptions } from '../build/parts';
import type { MixPlan } from '../plan/plan';
import { readManifest } from '../read-shard';
import { keepBuiltSizes, measureMix, type SourceSizes } from './measure';

/** Sizes come from the product when it is there, else from the cache, else from measuring, which may take as long as building. */
export async function answerPlan(plan: MixPlan, options: ReadOptions = {}): Promise<MixPlanAnswer> {
  const { mix, hash, folder } = plan;
  const built = existsSync(path.join(folder, 'manifest.json'));
  const sizes = built ? await keepBuiltSizes(plan, await readManifest(folder)) : await measureMix(plan, options);
  const stages = mix.stages.map((stage) => stageAmounts(stage, sizes, mix.repeatCap));
  return {
    schema: 1, name: mix.name, hash, folder, built, repeatCap: mix.repeatCap,
    sources: plannedSources(plan, sizes), stages, feasible: stages.every((stage) => stage.feasible === true),
  };
}

function plannedSources(plan: MixPlan, sizes: SourceSizes): Record<string, PlannedSourceSize> {
  const bytesOf = new Map(plan.inputs.map((input) => [input.path, input.bytes]));
  return Object.fromEntries([...plan.sources].map(([name, { files }]) => {
    const { domain, role, licence, phi, egress } = plan.mix.sources[name]!;
    return [name, {
      ...sizes[name]!, domain, role, ...(licence === undefined ? {} : { licence }), phi, egress,
      files: files.length, fileBytes: files.reduce((sum, file) => sum + (bytesOf.get(file.name) ?? 0), 0),
    }];
  }));
}
