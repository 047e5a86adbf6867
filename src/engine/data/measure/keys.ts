// What a measurement depends on, as names of files in the cache. Stages and the repeat cap are no part of it: moving a share
// measures nothing anew.
import { createHash } from 'node:crypto';
import path from 'node:path';
import { storedName } from '../plan/expand';
import { tokenizerInputs } from '../plan/hash';
import type { MixPlan } from '../plan/plan';
import { heldOutParts, maximumTokens, type PlannedPart, sourceParts } from '../build/parts';

/** Raised when the same inputs would be measured otherwise than before. */
const measureVersion = 3;

/** Of one source or held-out set by itself: its files, how they are read and encoded, and what is dropped document by document. */
export function partKey(plan: MixPlan, part: PlannedPart): string {
  const hashes = new Map(plan.inputs.map((input) => [input.path, input.sha256]));
  const tokenizer = tokenizerInputs(plan.tokenizerFolder, storedName(plan.base, plan.tokenizerFolder));
  return digest([
    part.source.files.map((file) => [file.name, hashes.get(file.name), file.format]),
    part.read, part.groupBy, part.minimumCharacters, part.phiScreen, part.filters, part.filters?.licences && part.licence, signatureSettings(plan),
    tokenizer.map((file) => [path.basename(file.path), hashes.get(file.name)]),
    plan.mix.template, String(maximumTokens(plan)),
    part.isHeldOut ? [] : plan.questions.map(({ input, benchmark, split }) => [input && hashes.get(input.name), benchmark, split]),
  ]);
}

/** What a document's signature depends on; the threshold is no part of it. */
function signatureSettings({ mix }: MixPlan): readonly unknown[] {
  const { minhash } = mix.deduplicate;
  return minhash ? [minhash.nGrams, minhash.numBuckets, minhash.hashesPerBucket, minhash.normNumbers, minhash.seed] : [];
}

/** Of all sources together: what each leaves to the next, and what is held out. */
export function sizesKey(plan: MixPlan): string {
  const { deduplicate, heldOut, seed } = plan.mix;
  return digest([
    sourceParts(plan).map((part) => [part.name, partKey(plan, part)]),
    heldOutParts(plan).map((part) => [part.name, partKey(plan, part)]),
    deduplicate, heldOut, seed,
  ]);
}

function digest(content: readonly unknown[]): string {
  return createHash('sha256').update(JSON.stringify([measureVersion, content])).digest('hex').slice(0, 32);
}
