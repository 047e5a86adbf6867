// Prompt files as they stand on disk, to tell answers that were made with another text of theirs.
import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { parseCot } from '../../documents/cot/parse';
import { promptVersion } from '../../runs/asks';

export class PromptTexts {
  readonly #texts = new Map<string, { readonly stamp: string; readonly text: string }>();

  constructor(private readonly root: string) {}

  /** @param cots stored paths. */
  async look(cots: readonly string[]): Promise<void> {
    await Promise.all([...new Set(cots)].map(async (cot) => {
      const file = path.resolve(this.root, cot);
      const now = await stat(file).catch(() => undefined);
      const stamp = now ? `${now.mtimeMs} ${now.size}` : '';
      if (this.#texts.get(cot)?.stamp !== stamp) this.#texts.set(cot, { stamp, text: await readFile(file, 'utf8').catch(() => '') });
    }));
  }

  /** Whether the file, with what was given instead of its settings, makes something else of a question now. False where that is not known. */
  isOther(cot: string | undefined, version: string | undefined, overrides: Readonly<Record<string, unknown>> = {}): boolean {
    const known = cot === undefined ? undefined : this.#texts.get(cot);
    if (!known || known.text === '' || version === undefined) return false;
    const { document } = parseCot(known.text, cot!, { overrides });
    return document !== undefined && promptVersion(document.settings, document.body) !== version;
  }
}
