// What a built mix tells of its documents: report, manifest, and the lists written beside the shards.
import { existsSync } from 'node:fs';
import { open, readFile } from 'node:fs/promises';
import path from 'node:path';
import { userError } from '../../base/errors/problem';
import {
  clustersName, contaminationLinesName, contaminationName, type ContaminationFile, type ContaminationLine, type DuplicateCluster, type DuplicatesFile, type DuplicatesSummary, duplicatesName, type PhiFile, type PhiLine, phiLinesName, phiName,
  type SampleLine, samplesName, type SampleText, sampleTextsName,
} from '../../protocol/mix-findings';
import type { MixPlan } from './plan/plan';
import { mixError } from './plan/place';
import { readManifest } from './read-shard';
import type { MixManifest } from './shard';

/** Throws when the mix is not built as its file and inputs are now. */
export async function readBuilt(plan: MixPlan): Promise<MixManifest> {
  demandBuilt(plan);
  return readManifest(plan.folder);
}

export async function readReport(plan: MixPlan): Promise<string> {
  return (await readProduct(plan, 'report.md')).trimEnd();
}

export async function readDuplicates(plan: MixPlan): Promise<DuplicatesFile> {
  if (!plan.mix.deduplicate.minhash) {
    throw mixError(plan.file, ['deduplicate', 'minhash'], { code: 'mix-no-minhash', message: 'this mix does not look for near-duplicates', next: 'Add `deduplicate: { minhash: {} }` and build it.' });
  }
  const summary = JSON.parse(await readProduct(plan, duplicatesName)) as DuplicatesSummary;
  return { ...summary, listed: await readLines<DuplicateCluster>(plan, clustersName) };
}

/** What the screen counted, and where, line by line. */
export async function readPhi(plan: MixPlan): Promise<{ readonly summary: PhiFile; readonly documents: readonly PhiLine[] }> {
  if (!Object.values(plan.mix.sources).some((source) => source.phiScreen)) {
    throw mixError(plan.file, ['sources'], { code: 'mix-no-phi-screen', message: 'no source of this mix is screened for protected health information', next: 'Add `phiScreen: keep` to a source and build the mix.' });
  }
  return { summary: JSON.parse(await readProduct(plan, phiName)) as PhiFile, documents: await readLines<PhiLine>(plan, phiLinesName) };
}

/** Which benchmarks were looked for, and what was found of them. */
export async function readContamination(plan: MixPlan): Promise<{ readonly summary: ContaminationFile; readonly lines: readonly ContaminationLine[] }> {
  return { summary: JSON.parse(await readProduct(plan, contaminationName)) as ContaminationFile, lines: await readLines<ContaminationLine>(plan, contaminationLinesName) };
}

export interface ShownSample extends SampleLine { readonly beforeText: string; readonly afterText?: string }

/** The sampled documents with their text. */
export async function readSamples(plan: MixPlan): Promise<ShownSample[]> {
  const samples = await readLines<SampleLine>(plan, samplesName);
  const handle = await open(path.join(plan.folder, sampleTextsName), 'r');
  try {
    const text = async ({ offset, bytes }: SampleText): Promise<string> => (await handle.read(Buffer.alloc(bytes), 0, bytes, offset)).buffer.toString('utf8');
    return await Promise.all(samples.map(async (sample) => ({ ...sample, beforeText: await text(sample.before), ...(sample.after ? { afterText: await text(sample.after) } : {}) })));
  } finally {
    await handle.close();
  }
}

/** Lines of one of the lists. */
export async function readLines<T>(plan: MixPlan, name: string): Promise<T[]> {
  return (await readProduct(plan, name)).split('\n').filter((line) => line !== '').map((line) => JSON.parse(line) as T);
}

async function readProduct(plan: MixPlan, name: string): Promise<string> {
  demandBuilt(plan);
  return readFile(path.join(plan.folder, name), 'utf8');
}

function demandBuilt(plan: MixPlan): void {
  if (existsSync(path.join(plan.folder, 'manifest.json'))) return;
  throw userError({ code: 'mix-not-built', file: plan.file.name, value: plan.hash, message: 'the mix is not built as its file and inputs are now', next: 'Build it: preclinical mix build FILE.' });
}
