// The screen for protected health information: what patterns and a name heuristic can find. It is no de-identification: names
// on their own, places, rare facts and whatever has no form or label are not found.
import type { PhiClass, PhiFinding } from './finding';
import { namePatterns } from './names';
import { patterns } from './patterns';

const all = [...patterns, ...namePatterns];

/** In the order of the text, none overlapping: of two that do, the one of the earlier pattern stays. */
export function screenText(text: string): PhiFinding[] {
  const found: PhiFinding[] = [];
  for (const { class: phiClass, expression } of all) {
    for (const match of text.matchAll(expression)) {
      const [start, end] = match.indices?.groups?.['id'] ?? [match.index, match.index + match[0].length];
      if (!found.some((other) => start < other.end && other.start < end)) found.push({ class: phiClass, start, end });
    }
  }
  return found.sort((a, b) => a.start - b.start);
}

/** The text with each stretch replaced by its class in square brackets and capitals. */
export function redactText(text: string, findings: readonly PhiFinding[]): string {
  let result = '';
  let at = 0;
  for (const { class: phiClass, start, end } of findings) {
    result += text.slice(at, start) + placeholder(phiClass);
    at = end;
  }
  return result + text.slice(at);
}

function placeholder(phiClass: PhiClass): string {
  return `[${phiClass.toUpperCase()}]`;
}
