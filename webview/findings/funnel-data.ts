// The funnel of a build in numbers: what goes into and comes out of every step, of one source or of several together. Pure.
import type { FunnelStep, MixStep } from '../../src/protocol/mix-findings';
import type { FunnelSource } from '../../src/protocol/panels/findings';
import type { Unit } from './settings';

export interface Amounts { readonly into: number; readonly outOf: number }

export function amountsOf(step: FunnelStep, unit: Unit): Amounts {
  switch (unit) {
    case 'documents': return { into: step.documentsIn, outOf: step.documentsOut };
    case 'bytes': return { into: step.bytesIn, outOf: step.bytesOut };
    case 'tokens': return { into: step.tokensIn, outOf: step.tokensOut };
  }
}

/** Sources that go into training, which held-out files of their own do not; or the one that is chosen. */
export function shownSources(funnel: readonly FunnelSource[], chosen: string | undefined): readonly FunnelSource[] {
  const one = funnel.filter(({ name }) => name === chosen);
  return one.length > 0 ? one : funnel.filter(({ name }) => !name.startsWith('heldout-'));
}

/** Steps of all the sources, in order. */
export function stepsOf(funnel: readonly FunnelSource[]): readonly MixStep[] {
  return funnel.reduce<readonly MixStep[]>((steps, source) => (source.steps.length > steps.length ? source.steps.map(({ step }) => step) : steps), []);
}

/** Levels of each source before the first step and behind every one. */
export function levels(source: FunnelSource, steps: readonly MixStep[], unit: Unit): readonly number[] {
  let last = source.steps[0] ? amountsOf(source.steps[0], unit).into : 0;
  return [last, ...steps.map((name) => {
    const step = source.steps.find((one) => one.step === name);
    if (step) last = amountsOf(step, unit).outOf;
    return last;
  })];
}
