// Which benchmarks a mix is held against: the question files it names, and those of the workbench's own that it names none of.
import { stat } from 'node:fs/promises';
import path from 'node:path';
import type { Mix } from '../../../documents/mix/schema';
import type { InputFile } from '../read/document';
import { expandPath } from './expand';

export interface PlannedQuestions {
  readonly benchmark: string;
  readonly split: 'train' | 'evaluation';
  /** Undefined when it is not there: it is then not checked. */
  readonly input: InputFile | undefined;
  /** As the mix names it; undefined for a benchmark it does not name. */
  readonly path: string | undefined;
}

/** Benchmarks the workbench knows, and how their question files are called. */
export const knownBenchmarks: Readonly<Record<string, RegExp>> = {
  medqa: /med-?qa/i, medmcqa: /med-?mcqa/i, pubmedqa: /pub-?med-?qa|pqal/i, mmlu: /mmlu/i,
};

export async function planQuestions(entries: Mix['decontaminate'], base: string): Promise<PlannedQuestions[]> {
  const planned: PlannedQuestions[] = [];
  for (const entry of entries) {
    const given = typeof entry === 'string' ? { path: entry } : entry;
    const found = await stat(path.resolve(base, given.path)).catch(() => undefined);
    const inputs = found?.isFile() || /[*?]/.test(given.path) || found?.isDirectory() ? await expandPath(base, given.path) : [];
    const about = (name: string): Pick<PlannedQuestions, 'benchmark' | 'split'> => ({
      benchmark: given.benchmark ?? benchmarkOf(name), split: given.split ?? (/(?:^|[^a-z])train(?:ing)?(?:[^a-z]|$)/i.test(path.basename(name)) ? 'train' : 'evaluation'),
    });
    for (const input of inputs) planned.push({ ...about(input.name), input, path: given.path });
    if (inputs.length === 0) planned.push({ ...about(given.path), input: undefined, path: given.path });
  }
  const named = new Set(planned.map((one) => one.benchmark));
  for (const benchmark of Object.keys(knownBenchmarks)) {
    if (!named.has(benchmark)) planned.push({ benchmark, split: 'evaluation', input: undefined, path: undefined });
  }
  return planned;
}

/** By the name of the file, else of the nearest folder that says it: MMLU's own files are named by their subject. */
function benchmarkOf(file: string): string {
  const parts = file.split(/[\\/]/).reverse();
  for (const part of parts) {
    const known = Object.entries(knownBenchmarks).find(([, pattern]) => pattern.test(part))?.[0];
    if (known !== undefined) return known;
  }
  return parts[0]!.replace(/(\.(jsonl|ndjson|json|csv|tsv|parquet|gz|zst))+$/i, '');
}
