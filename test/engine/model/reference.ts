// What transformers computed for the small checkpoints under test/fixtures/model (made by test/reference/make_models.py).
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { packedRows, paddedRows, plainRows, readSafetensors, type RowBatch, type StoredTensor } from '../../../src/engine/model';
import { packageRoot } from '../../../src/engine/parts/assets';

export const variants = ['window', 'tied', 'llama', 'mixtral-balanced', 'mixtral-skewed'] as const;
export const layouts = ['plain', 'packed', 'padded'] as const;
export type Layout = (typeof layouts)[number];

/** Token ids of each document of each row. */
export type Documents = readonly (readonly (readonly number[])[])[];

export interface Reference {
  readonly layouts: Record<Layout, {
    readonly documents: Documents; readonly loss: number; readonly targets: number; readonly gradientNorms: Record<string, number>;
    /** Of a Mixtral: its load-balance loss, and the assignments to each expert of each layer. */
    readonly balanceLoss?: number; readonly loads?: readonly (readonly number[])[];
  }>;
  readonly gradientLayout: Layout;
  readonly greedy: { readonly prompt: readonly number[]; readonly continuation: readonly number[] };
  readonly optimiser: { readonly learningRate: number; readonly beta1: number; readonly beta2: number; readonly epsilon: number; readonly weightDecay: number; readonly clipNorm: number };
  readonly steps: readonly { readonly documents: readonly (readonly number[])[]; readonly loss: number; readonly gradientNorm: number }[];
}

export function fixtureFolder(variant: string): string {
  return path.join(packageRoot, 'test', 'fixtures', 'model', variant);
}

export async function loadReference(variant: string): Promise<{ reference: Reference; tensors: Map<string, StoredTensor> }> {
  const folder = fixtureFolder(variant);
  const { tensors } = await readSafetensors(path.join(folder, 'reference.safetensors'));
  return { reference: JSON.parse(readFileSync(path.join(folder, 'reference.json'), 'utf8')) as Reference, tensors };
}

/** The rows of a batch and the next token of each place, −1 where a document or its padding ends. */
export function batchOf(layout: Layout, documents: Documents): { rows: RowBatch; targets_N: Int32Array } {
  const flat = documents.map((row) => row.flat());
  const rows = layout === 'plain' ? plainRows(flat)
    : layout === 'padded' ? paddedRows(flat, 0)
    : packedRows(documents.map((row) => ({ ids: row.flat(), documentStarts: startsOf(row) })));
  const targets_N = new Int32Array(rows.batch * rows.length).fill(-1);
  documents.forEach((row, index) => {
    let at = index * rows.length;
    for (const ids of row) {
      for (let t = 1; t < ids.length; t++) targets_N[at + t - 1] = ids[t]!;
      at += ids.length;
    }
  });
  return { rows, targets_N };
}

function startsOf(row: readonly (readonly number[])[]): number[] {
  let at = 0;
  return row.map((ids) => (at += ids.length) - ids.length);
}

/** Largest |a − b|; infinite when the lengths differ or a value is no number. */
export function largestDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) return Infinity;
  let largest = 0;
  for (let i = 0; i < a.length; i++) {
    const difference = Math.abs(a[i]! - b[i]!);
    if (!(difference <= largest)) largest = Number.isNaN(difference) ? Infinity : difference;
  }
  return largest;
}

/** Largest |value|. */
export function largestMagnitude(values: ArrayLike<number>): number {
  let largest = 0;
  for (let i = 0; i < values.length; i++) largest = Math.max(largest, Math.abs(values[i]!));
  return largest;
}
