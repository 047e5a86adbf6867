// What a key does to a chart. Pure.
import type { Range } from './charts';

/** The part of a KeyboardEvent that matters. */
export interface KeyPress { readonly key: string; readonly shiftKey: boolean; readonly ctrlKey: boolean; readonly metaKey: boolean; readonly altKey: boolean }
interface View { readonly all: Range; readonly shown: Range; readonly cursor: number | undefined }
export type KeyAction = { readonly zoom: Range | undefined } | { readonly cursor: number };

/** Part of the axis in sight that one press moves by. */
const cursorShare = 0.01;
const panShare = 0.2;

export function keyAction(event: KeyPress, view: View): KeyAction | undefined {
  if (event.ctrlKey || event.metaKey || event.altKey) return undefined;
  const { from, to } = view.shown;
  const length = to - from;
  const middle = view.cursor ?? (from + to) / 2;
  switch (event.key) {
    case 'ArrowLeft': return event.shiftKey ? { zoom: pan(view, -panShare * length) } : { cursor: Math.max(from, (view.cursor ?? to) - cursorShare * length) };
    case 'ArrowRight': return event.shiftKey ? { zoom: pan(view, panShare * length) } : { cursor: Math.min(to, (view.cursor ?? from) + cursorShare * length) };
    case '+':
    case '=': return { zoom: { from: middle - (middle - from) / 2, to: middle + (to - middle) / 2 } };
    case '-': {
      const wide = { from: middle - (middle - from) * 2, to: middle + (to - middle) * 2 };
      const within = { from: Math.max(view.all.from, wide.from), to: Math.min(view.all.to, wide.to) };
      return { zoom: within.from <= view.all.from && within.to >= view.all.to ? undefined : within };
    }
    case '0':
    case 'Escape': return { zoom: undefined };
    default: return undefined;
  }
}

/** Moves what is in sight without leaving the data. */
function pan({ all, shown }: View, by: number): Range {
  const move = Math.max(all.from - shown.from, Math.min(by, all.to - shown.to));
  return { from: shown.from + move, to: shown.to + move };
}
