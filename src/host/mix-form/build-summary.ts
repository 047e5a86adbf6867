// What the newest build of a mix kept of each source, for the form: the manifest is read again only when another build is shown.
import type { FormBuild } from '../../protocol/panels/mix';
import { readMixManifest } from '../../runs/mix-builds';
import { shownBuild } from '../mixes/entry';
import type { MixesService } from '../mixes/service';

export class BuildSummary {
  #known: { readonly folder: string; readonly build: FormBuild | undefined } | undefined;

  constructor(private readonly mixes: MixesService, private readonly file: string) {}

  /** Undefined when nothing is built. */
  async read(): Promise<FormBuild | undefined> {
    const entry = this.mixes.model?.find(this.file);
    const shown = entry && shownBuild(entry);
    if (!entry || !shown) return undefined;
    if (this.#known?.folder !== shown.folder) this.#known = { folder: shown.folder, build: await summaryOf(shown.folder, shown.hash) };
    const { build } = this.#known;
    return build && { ...build, isCurrent: entry.current?.folder === shown.folder };
  }
}

async function summaryOf(folder: string, hash: string): Promise<FormBuild | undefined> {
  const manifest = await readMixManifest(folder);
  return manifest && {
    hash, isCurrent: false,
    bySource: Object.fromEntries(Object.entries(manifest.counts).map(([name, { documentsRead, documentsKept }]) => [name, { read: documentsRead, kept: documentsKept }])),
  };
}
