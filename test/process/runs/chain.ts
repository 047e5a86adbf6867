// The state the counting job carries from step to step; equal hashes mean that the same steps were done in order, once.
import { createHash } from 'node:crypto';

export interface CountingState { readonly step: number; readonly hash: string }

export function chained(state: CountingState): CountingState {
  const step = state.step + 1;
  return { step, hash: createHash('sha256').update(`${state.hash}/${step}`).digest('hex') };
}

export function chainOf(steps: number): CountingState {
  let state: CountingState = { step: 0, hash: '' };
  while (state.step < steps) state = chained(state);
  return state;
}
