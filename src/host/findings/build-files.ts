// The files of a build that its findings are read from: summaries whole, lists page by page, texts of samples by their bytes.
import { open, stat } from 'node:fs/promises';
import path from 'node:path';
import {
  clustersName, contaminationLinesName, contaminationName, type ContaminationFile, type ContaminationLine, droppedName, type DroppedLine, type DuplicateCluster, duplicatesName,
  type DuplicatesSummary, type PhiFile, type PhiLine, phiLinesName, phiName, type SampleLine, samplesName, type SampleText, sampleTextsName,
} from '../../protocol/mix-findings';
import { type FindingFilter, type FindingList, type FindingRow, type FindingsBuild, type FindingsPage, mostInARow, pageRows, type SampleTexts } from '../../protocol/panels/findings';
import { readJson } from '../../runs/files/json';
import { manifestName, readMixManifest } from '../../runs/mix-builds';
import { LineIndex, type LineKeys } from './line-index';

const fileOf: Readonly<Record<FindingList, string>> = { samples: samplesName, dropped: droppedName, duplicates: clustersName, phi: phiLinesName, contamination: contaminationLinesName };

const keysOf: Readonly<Record<FindingList, (line: never) => LineKeys>> = {
  samples: ({ source, step }: SampleLine) => ({ sources: [source], kinds: [step] }),
  dropped: ({ source, reason }: DroppedLine) => ({ sources: [source], kinds: [reason] }),
  duplicates: ({ members }: DuplicateCluster) => ({ sources: [...new Set(members.map(({ source }) => source))], kinds: [] }),
  phi: ({ source, findings }: PhiLine) => ({ sources: [source], kinds: [...new Set(findings.map((one) => one.class))].sort() }),
  contamination: ({ source, benchmark }: ContaminationLine) => ({ sources: [source], kinds: [benchmark] }),
};

export class BuildFiles {
  readonly #indexes = new Map<FindingList, Promise<LineIndex | undefined>>();

  constructor(readonly folder: string) {}

  get hash(): string {
    return path.basename(this.folder);
  }

  /** Undefined when there is no build in the folder. */
  async describe(): Promise<Omit<FindingsBuild, 'isCurrent'> | undefined> {
    const [manifest, found] = await Promise.all([readMixManifest(this.folder), stat(path.join(this.folder, manifestName)).catch(() => undefined)]);
    if (!manifest || !found) return undefined;
    const [duplicates, phi, contamination] = await Promise.all([
      this.#summary<DuplicatesSummary>(duplicatesName, 2), this.#summary<PhiFile>(phiName, 1), this.#summary<ContaminationFile>(contaminationName, 2),
    ]);
    const funnel = Object.entries(manifest.counts).flatMap(([name, counts]) => (counts.funnel ? [{ name, steps: counts.funnel }] : []));
    return {
      name: manifest.name, hash: manifest.hash, builtAt: found.mtime.toISOString(), funnel,
      ...(duplicates ? { duplicates } : {}), ...(phi ? { phi } : {}), ...(contamination ? { contamination } : {}),
    };
  }

  async page(list: FindingList, filter: FindingFilter, from: number): Promise<FindingsPage> {
    const index = await this.#indexOf(list);
    const { lines, total } = await index?.page(filter, from, pageRows) ?? { lines: [], total: 0 };
    return {
      type: 'page', hash: this.hash, list, filter, from, total, rows: lines.map((line) => rowOf(list, line)),
      sources: index?.counts('sources') ?? [], kinds: index?.counts('kinds') ?? [],
    };
  }

  /** Undefined when the texts are not there any more. */
  async texts({ source, position, before, after }: SampleLine): Promise<SampleTexts | undefined> {
    const handle = await open(path.join(this.folder, sampleTextsName)).catch(() => undefined);
    if (!handle) return undefined;
    try {
      const read = async ({ offset, bytes }: SampleText): Promise<string> => {
        const { buffer, bytesRead } = await handle.read(Buffer.alloc(bytes), 0, bytes, offset);
        return buffer.toString('utf8', 0, bytesRead);
      };
      return {
        type: 'texts', hash: this.hash, source, position, before: await read(before), ...(after ? { after: await read(after) } : {}),
        isCut: before.cut === true || after?.cut === true,
      };
    } finally {
      await handle.close();
    }
  }

  async #summary<T extends { readonly schema: number }>(name: string, schema: T['schema']): Promise<T | undefined> {
    const value = await readJson(path.join(this.folder, name)) as Partial<T> | undefined;
    return value?.schema === schema ? value as T : undefined;
  }

  /** Undefined when the build left no such list. */
  #indexOf(list: FindingList): Promise<LineIndex | undefined> {
    const known = this.#indexes.get(list) ?? LineIndex.read(path.join(this.folder, fileOf[list]), (line) => parsed(line, keysOf[list] as (value: unknown) => LineKeys)).catch(() => undefined);
    this.#indexes.set(list, known);
    return known;
  }
}

/** Undefined for a line that is none of ours. */
function parsed(line: string, keys: (value: unknown) => LineKeys): LineKeys | undefined {
  try {
    return keys(JSON.parse(line));
  } catch {
    return undefined;
  }
}

/** A cluster or document may hold more than a page should. */
function rowOf(list: FindingList, line: string): FindingRow {
  const value: unknown = JSON.parse(line);
  if (list === 'duplicates') {
    const { members, more = 0 } = value as DuplicateCluster;
    return { members: members.slice(0, mostInARow), more: more + Math.max(0, members.length - mostInARow) };
  }
  if (list === 'phi') {
    const document = value as PhiLine;
    return { ...document, findings: document.findings.slice(0, mostInARow), more: Math.max(0, document.findings.length - mostInARow) };
  }
  return value as FindingRow;
}
