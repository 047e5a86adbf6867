// What events of two runs are compared by.
import type { JobEvent } from '../../src/protocol/events';

/** Values of a metric by step. */
export function curve(events: readonly JobEvent[], name: string): Map<number, number> {
  return new Map(events.flatMap((event) => (event.type === 'metrics' && typeof event.metrics[name] === 'number' ? [[event.step, event.metrics[name]] as const] : [])));
}

/** Steps both have, and their largest difference. */
export function compare(a: readonly JobEvent[], b: readonly JobEvent[], name: string): { readonly steps: number; readonly difference: number } {
  const other = curve(b, name);
  const differences = [...curve(a, name)].flatMap(([step, value]) => (other.has(step) ? [Math.abs(value - other.get(step)!)] : []));
  return { steps: differences.length, difference: Math.max(...differences) };
}

export function notices(events: readonly JobEvent[]): string {
  return events.flatMap((event) => (event.type === 'notice' ? [event.message] : [])).join('\n');
}

export const isUpdate = (from: number) => (event: JobEvent): boolean => event.type === 'metrics' && event.step >= from;

/** Steps of the updates that were told, in the order they were. */
export function updatesOf(events: readonly JobEvent[]): number[] {
  return events.flatMap((event) => (event.type === 'metrics' && 'train/loss' in event.metrics ? [event.step] : []));
}
