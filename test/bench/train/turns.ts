// Backends that take turns of a few steps each in one run: whatever else the machine does falls on all of them alike, and
// what is told is the median of each round's ratio to PyTorch with its spread.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { initialiseModel, saveModel, type ModelConfig } from '../../../src/engine/model';
import { openBackend } from '../../../src/engine/tensors';
import { quantile } from '../machine';
import type { Finished, Job, Started, Turn } from './job';
import { Measuring } from './run-job';

/** All a backend said; `rounds` without the first turn, in which code is compiled and memory taken. */
export interface Measured extends Started, Finished {
  readonly rounds: readonly Turn[];
}

export interface Plan {
  readonly backends: readonly string[];
  readonly config: ModelConfig;
  readonly job: Omit<Job, 'backend' | 'folder'>;
  readonly rounds: number;
  readonly stepsATurn: number;
  /** Of PyTorch. */
  readonly python: string | undefined;
  readonly say: (text: string) => void;
}

/** Makes the checkpoint and measures each backend on it; one that cannot be measured is named and left out. */
export async function measureInTurns({ backends, config, job, rounds, stepsATurn, python, say }: Plan): Promise<ReadonlyMap<string, Measured>> {
  const folder = await mkdtemp(path.join(tmpdir(), 'preclinical-bench-'));
  try {
    await openBackend('wasm');
    const model = initialiseModel(config, 1, 0.02);
    await saveModel(model, folder, { dtype: 'f32' });
    model.dispose();
    const taking = new Map<string, { readonly measuring: Measuring; readonly started: Started; readonly turns: Turn[] }>();
    for (const backend of backends) {
      try {
        const one = await Measuring.start({ ...job, backend, folder }, python);
        await one.measuring.take(2);
        taking.set(backend, { ...one, turns: [] });
      } catch (error) {
        say(`${backend} was not measured: ${error instanceof Error ? error.message : String(error)}`);
      }
    }
    for (let round = 0; round < rounds; round++) {
      const order = [...taking.values()];
      for (const { measuring, turns } of round % 2 === 0 ? order : order.reverse()) turns.push(await measuring.take(stepsATurn));
    }
    const measured = new Map<string, Measured>();
    for (const [backend, { measuring, started, turns }] of taking) measured.set(backend, { ...started, ...await measuring.finish(), rounds: turns });
    return measured;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

export type Clock = 'wallMs' | 'processorMs';

/** Milliseconds of a step in each round. */
export function stepMs({ rounds }: Measured, clock: Clock): number[] {
  return rounds.map((turn) => turn[clock].reduce((sum, ms) => sum + ms, 0) / turn[clock].length);
}

/** How many times as fast as the reference: the median over the rounds, and the half of them that lies around it. */
export function ratio(reference: Measured, own: Measured, clock: Clock): string {
  const ours = stepMs(own, clock);
  const ratios = stepMs(reference, clock).map((ms, round) => ms / ours[round]!);
  return `${quantile(ratios, 0.5).toFixed(2)} (${quantile(ratios, 0.25).toFixed(2)}–${quantile(ratios, 0.75).toFixed(2)})`;
}
