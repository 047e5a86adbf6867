// What a built mix tells of its documents: report, manifest, and the lists written beside the shards.
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { userError } from '../../base/errors/problem';
import { type DuplicatesFile, duplicatesName, type PhiFile, type PhiLine, phiLinesName, phiName } from '../../protocol/mix-findings';
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
  return JSON.parse(await readProduct(plan, duplicatesName)) as DuplicatesFile;
}

/** What the screen counted, and where, line by line. */
export async function readPhi(plan: MixPlan): Promise<{ readonly summary: PhiFile; readonly documents: readonly PhiLine[] }> {
  if (!Object.values(plan.mix.sources).some((source) => source.phiScreen)) {
    throw mixError(plan.file, ['sources'], { code: 'mix-no-phi-screen', message: 'no source of this mix is screened for protected health information', next: 'Add `phiScreen: keep` to a source and build the mix.' });
  }
  const summary = JSON.parse(await readProduct(plan, phiName)) as PhiFile;
  const lines = (await readProduct(plan, phiLinesName)).split('\n').filter((line) => line !== '');
  return { summary, documents: lines.map((line) => JSON.parse(line) as PhiLine) };
}

async function readProduct(plan: MixPlan, name: string): Promise<string> {
  demandBuilt(plan);
  return readFile(path.join(plan.folder, name), 'utf8');
}

function demandBuilt(plan: MixPlan): void {
  if (existsSync(path.join(plan.folder, 'manifest.json'))) return;
  throw userError({ code: 'mix-not-built', file: plan.file.name, value: plan.hash, message: 'the mix is not built as its file and inputs are now', next: 'Build it: preclinical mix build FILE.' });
}
