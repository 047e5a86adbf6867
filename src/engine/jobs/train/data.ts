// The data of a run from its mix's product: rows and their order for training, documents for held-out loss.
import path from 'node:path';
import { userError } from '../../../base/errors/problem';
import type { Run } from '../../../documents/run/schema';
import { readShard } from '../../data';
import type { MixManifest, TokenShard } from '../../data/shard';
import type { Tokenizer } from '../../tokenizer/tokenizer';
import { DataPlan, documentAt, documentRows, makeHeldOutSet, packedDocumentRows, windowRows, type HeldOutSet, type ShardRows } from '../../train';

export async function planData(run: Run, manifest: MixManifest, folder: string): Promise<DataPlan> {
  if (run.stage === 'finetune' && manifest.content !== 'instruction') {
    throw userError({
      code: 'train-finetune-without-instructions', file: run.data, key: 'sources',
      message: `run '${run.name}' fine-tunes, but its mix '${manifest.name}' holds no instructions, only text`,
      next: 'Add a source in an instruction format (chat, sharegpt, alpaca, prompt-completion), or make the run\'s stage pretrain.',
    });
  }
  const stages = await Promise.all(manifest.stages.map(async ({ name }) => {
    const shard = await readShard(folder, `stage-${name}`);
    refuseStrayIds(shard, manifest, path.join(folder, `stage-${name}.tokens.bin`));
    return rowsOf(run, name, shard, manifest.sequenceLength);
  }));
  const { epochs, steps, tokens } = run;
  const plan = new DataPlan(stages, { epochs, steps, tokens, batchSize: run.batchSize, accumulationSteps: run.accumulationSteps, seed: run.seed });
  if (plan.rowsPerPass === 0) {
    throw userError({
      code: 'train-no-data', file: run.data, message: `the mix '${manifest.name}' holds no token that bears loss`,
      next: 'Look at the counts of its sources in manifest.json: what was set aside, and why.',
    });
  }
  return plan;
}

function rowsOf(run: Run, name: string, shard: TokenShard, sequenceLength: number): ShardRows {
  switch (run.packing ?? (run.stage === 'finetune' ? 'none' : 'stream')) {
    case 'stream': return windowRows(name, shard, { sequenceLength, resetsAtDocuments: !run.crossDocumentAttention });
    case 'best-fit': return packedDocumentRows(name, shard, sequenceLength);
    case 'none': return documentRows(name, shard, sequenceLength);
  }
}

/** An id the embedding does not have would read another row's memory, or none. */
function refuseStrayIds(shard: TokenShard, manifest: MixManifest, file: string): void {
  const at = shard.tokens.findIndex((id) => id >= manifest.vocabularySize);
  if (at < 0) return;
  throw userError({
    code: 'train-id-out-of-range', file, key: `document ${documentAt(shard.starts, at)}`, value: String(shard.tokens[at]),
    message: `token ${at} is no id of the vocabulary of ${manifest.vocabularySize}`, next: 'Build the mix again; delete its folder first.',
  });
}

export function openHeldOut(run: Run, manifest: MixManifest, folder: string, tokenizer: Tokenizer): Promise<HeldOutSet[]> {
  const settings = { sequenceLength: manifest.sequenceLength, maximumTokens: run.heldOut.maximumTokens };
  return Promise.all(manifest.heldOut.map(async ({ name }) => {
    const shard = await readShard(folder, `heldout-${name}`);
    refuseStrayIds(shard, manifest, path.join(folder, `heldout-${name}.tokens.bin`));
    return makeHeldOutSet(name, shard, tokenizer, settings);
  }));
}

/** What of the data is not learnt, in words for the run's events. */
export function describeLeftOut(stages: readonly ShardRows[]): string[] {
  return stages.flatMap(({ name, boundaryTokens, rowsWithoutLoss }) => [
    ...(boundaryTokens > 0 ? [`Stage ${name}: ${boundaryTokens} tokens that open a document bear no loss, since documents do not see each other.`] : []),
    ...(rowsWithoutLoss > 0 ? [`Stage ${name}: ${rowsWithoutLoss} rows are left out, since nothing in them bears loss.`] : []),
  ]);
}
