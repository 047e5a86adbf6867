// What the Runs view shows while it is filtered. Pure.
import type { RunEntry } from './entry';

/** Every word must stand in the name, state, kind, a tag, the file or the id; `#tag` stands in tags only. Case does not count. */
export function matchesFilter(entry: RunEntry, filter: string, find: (id: string) => RunEntry | undefined): boolean {
  const words = filter.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.every((word) => hasWord(entry, word))) return true;
  return entry.steps.some(({ step, job }) => {
    const entryOfStep = job === undefined ? undefined : find(job);
    return words.every((word) => step.toLowerCase().includes(word) || (entryOfStep !== undefined && hasWord(entryOfStep, word)));
  });
}

function hasWord({ name, kind, reading, labels, file, id }: RunEntry, word: string): boolean {
  const tags = (labels.tags ?? []).map((tag) => tag.toLowerCase());
  if (word.startsWith('#')) return tags.includes(word.slice(1));
  return [name, kind, reading.state, file ?? '', id, ...tags].some((text) => text.toLowerCase().includes(word));
}

/** `a, #b , a` → `a`, `b`. */
export function parseTags(text: string): string[] {
  return [...new Set(text.split(',').map((tag) => tag.trim().replace(/^#/, '').trim()).filter(Boolean))];
}
