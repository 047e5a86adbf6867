// Builds a mix: read, deduplicate, decontaminate, hold out, tokenise, draw the stages, write. The same plan gives the
// same bytes. The product appears whole or not at all.
import { existsSync } from 'node:fs';
import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { setImmediate } from 'node:timers/promises';
import type { Problem } from '../../../base/errors/problem';
import { syncFolder } from '../../../runs/files/atomic';
import { makePreclinicalFolder } from '../../../runs/layout';
import { loadTokenizer } from '../../tokenizer';
import { placeText } from '../read/document';
import { mixError } from '../plan/place';
import type { MixPlan } from '../plan/plan';
import { readManifest } from '../read-shard';
import type { MixManifest } from '../shard';
import { collect, type Collected, type CollectSettings } from './collect';
import { Decontaminator } from './decontaminate';
import { writeProduct, type BuildProgress } from './product';

export interface BuildOptions {
  /** Its reason is thrown; nothing is left behind. */
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: BuildProgress) => void;
}

/** Documents between two looks at the signal and the event loop. */
const documentsATurn = 64;

/** Tells apart the unfinished folders of one process. */
let attempts = 0;

/** Returns the manifest of the product, built now or found built. */
export async function buildMix(plan: MixPlan, options: BuildOptions = {}): Promise<MixManifest> {
  const built = await findBuilt(plan.folder);
  if (built) return built;
  const tokenizer = await loadTokenizer(plan.tokenizerFolder);
  const { mix } = plan;
  const decontaminator = plan.questionFiles.length === 0 ? undefined : await Decontaminator.open(plan.questionFiles);
  const common = {
    tokenizer,
    chat: { chatTemplate: mix.template.chatTemplate, systemPrompt: mix.template.systemPrompt },
    maximumTokens: plan.content === 'instruction' ? mix.sequenceLength + 1 : Infinity,
  };
  const read = async (name: string, label: string, settings: Omit<CollectSettings, keyof typeof common | 'onDocument' | 'name'>): Promise<Collected> => {
    const onDocument = async (done: number): Promise<void> => {
      if (done % documentsATurn !== 0) return;
      options.onProgress?.({ label, done });
      await setImmediate();
      options.signal?.throwIfAborted();
    };
    const collected = await collect({ ...common, ...settings, name, onDocument });
    options.onProgress?.({ label, done: collected.documentsRead, total: collected.documentsRead });
    options.signal?.throwIfAborted();
    return collected;
  };

  const ownFiles = new Map<string, Collected>();
  for (const [name, source] of plan.heldOutFiles) {
    const set = mix.heldOut[name]!;
    const collected = await read(`heldout-${name}`, `Reading held-out ${name}`, {
      source, textField: 'path' in set ? set.textField : 'text', groupBy: undefined, minimumCharacters: 1, seen: new Map(), decontaminator: undefined,
    });
    refuseEmpty(plan, ['heldOut', name, 'path'], collected);
    ownFiles.set(name, collected);
  }
  const seen = mix.deduplicate.exact ? new Map<string, string>() : undefined;
  const sources = new Map<string, Collected>();
  for (const [name, source] of plan.sources) {
    const { textField, groupBy, minimumCharacters } = mix.sources[name]!;
    const collected = await read(name, `Reading ${name}`, { source, textField, groupBy, minimumCharacters, seen, decontaminator });
    refuseEmpty(plan, ['sources', name, groupBy !== undefined && collected.setAside['no-group-field'] === collected.documentsRead ? 'groupBy' : 'path'], collected);
    sources.set(name, collected);
  }

  const partial = `${plan.folder}.partial-${process.pid}-${++attempts}`;
  await makePreclinicalFolder(plan.root);
  await removePartials(plan.folder);
  await mkdir(partial, { recursive: true, mode: 0o700 });
  try {
    const manifest = await writeProduct(plan, { folder: partial, tokenizer, sources, ownFiles, checked: decontaminator?.checked ?? [] }, {
      onProgress: (progress) => {
        options.onProgress?.(progress);
        options.signal?.throwIfAborted();
      },
    });
    return await putInPlace(partial, plan.folder) ?? manifest;
  } catch (error) {
    await rm(partial, { recursive: true, force: true });
    throw error;
  }
}

/** The manifest of a product that is there with all its files; undefined when it has to be built. */
async function findBuilt(folder: string): Promise<MixManifest | undefined> {
  if (!existsSync(path.join(folder, 'manifest.json'))) return undefined;
  const manifest = await readManifest(folder).catch(() => undefined);
  const sizes = await Promise.all((manifest?.files ?? []).map(async ({ name, bytes }) => (await stat(path.join(folder, name)).catch(() => undefined))?.size === bytes));
  if (manifest && sizes.every(Boolean)) return manifest;
  await rm(folder, { recursive: true });
  return undefined;
}

/** Renames; when another process was first, its product stands and is returned. */
async function putInPlace(partial: string, folder: string): Promise<MixManifest | undefined> {
  try {
    await syncFolder(partial);
    await rename(partial, folder);
    await syncFolder(path.dirname(folder));
    return undefined;
  } catch (error) {
    const other = await findBuilt(folder);
    if (!other) throw error;
    await rm(partial, { recursive: true });
    return other;
  }
}

/** What processes that are gone left of an earlier attempt. */
async function removePartials(folder: string): Promise<void> {
  const parent = path.dirname(folder);
  const start = `${path.basename(folder)}.partial-`;
  for (const name of await readdir(parent).catch(() => [])) {
    if (name.startsWith(start) && !isAlive(Number.parseInt(name.slice(start.length), 10))) await rm(path.join(parent, name), { recursive: true, force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** A source of which nothing can be used is an error of the source, named by its first bad record. */
function refuseEmpty(plan: MixPlan, key: readonly string[], { documentsRead, documentsKept, setAside, firstBad }: Collected): void {
  if (documentsKept > 0) return;
  const [bad] = firstBad.values();
  const reasons = Object.entries(setAside).map(([reason, count]) => `${reason} ${count}`).join(', ');
  const problem: Omit<Problem, 'severity' | 'file' | 'line' | 'key'> = bad
    ? { code: `mix-${bad.reason}`, value: placeText(bad.place), message: `none of the ${documentsRead} records can be used (${reasons}); the first: ${bad.detail}`, next: 'Mend the file, or name its format and textField.' }
    : { code: 'mix-nothing-kept', value: reasons || 'no documents', message: `none of the ${documentsRead} documents was kept`, next: 'Change the source or the filter that set them aside.' };
  throw mixError(plan.file, key, problem);
}
