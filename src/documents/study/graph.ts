// The graph of a study's steps: what each waits on, and an order in which they can run.
import type { Study, StudyStep } from './schema';

/** Steps that must be done before this one. */
export function stepNeeds(step: StudyStep): string[] {
  const own = 'of' in step ? [step.of] : 'base' in step && step.base !== undefined ? [step.base] : [];
  return [...new Set([...own, ...step.after])];
}

/** Steps in an order in which each comes after what it needs (file order among equals), or a cycle. */
export function stepOrder(study: Study): { readonly order: string[]; readonly cycle?: string[] } {
  const order: string[] = [];
  const state = new Map<string, 'open' | 'done'>();
  const trail: string[] = [];
  const visit = (name: string): string[] | undefined => {
    const seen = state.get(name);
    if (seen === 'done') return undefined;
    if (seen === 'open') return [...trail.slice(trail.indexOf(name)), name];
    state.set(name, 'open');
    trail.push(name);
    for (const need of stepNeeds(study.steps[name]!)) {
      const cycle = visit(need);
      if (cycle) return cycle;
    }
    trail.pop();
    state.set(name, 'done');
    order.push(name);
    return undefined;
  };
  for (const name of Object.keys(study.steps)) {
    const cycle = visit(name);
    if (cycle) return { order: [], cycle };
  }
  return { order };
}

/** The longest chain of steps that starts at each step, counted in weights; the step with the longest chain goes first. */
export function chainLengths(study: Study, weight: (name: string) => number): Map<string, number> {
  const lengths = new Map<string, number>();
  const dependants = new Map<string, string[]>();
  for (const [name, step] of Object.entries(study.steps)) {
    for (const need of stepNeeds(step)) dependants.set(need, [...(dependants.get(need) ?? []), name]);
  }
  for (const name of stepOrder(study).order.reverse()) {
    const after = (dependants.get(name) ?? []).map((next) => lengths.get(next) ?? 0);
    lengths.set(name, weight(name) + Math.max(0, ...after));
  }
  return lengths;
}
