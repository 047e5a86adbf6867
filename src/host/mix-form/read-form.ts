// A mix file's text as its form shows it, and the edits of the form as edits of the text. Pure: no vscode.
import type { Problem } from '../../base/errors/problem';
import type { MixEdit } from '../../documents/mix/amounts/edit';
import { changesOf, editNumbers, type NumberChange, type TextEdit } from '../../documents/mix/edit';
import { readMix } from '../../documents/mix/parse';
import type { FormMix, FormProblem } from '../../protocol/panels/mix';

export interface ReadForm { readonly mix?: FormMix; readonly problems: readonly FormProblem[] }

export function readForm(text: string, file: string): ReadForm {
  const { document, problems } = readMix(text, file);
  const shown = problems.map(toFormProblem);
  if (!document) return { problems: shown };
  const { name, description, sequenceLength, repeatCap, stages } = document;
  const sources = Object.entries(document.sources).map(([source, { path, domain, role, licence, phi, egress }]) =>
    ({ name: source, path, domain, role, ...(licence === undefined ? {} : { licence }), phi, egress }));
  return { mix: { name, ...(description === undefined ? {} : { description }), sequenceLength, repeatCap, sources, stages }, problems: shown };
}

function toFormProblem({ key, message, value, next, line }: Problem): FormProblem {
  return {
    message: `${key === undefined ? '' : `${key}: `}${message}${value === undefined ? '' : ` (${value})`}`,
    ...(next === undefined ? {} : { next }), ...(line === undefined ? {} : { line }),
  };
}

/** None for what is no number or out of bounds: a message from a page is never trusted to hold what its type says. */
export function editsFor(text: string, edit: MixEdit): TextEdit[] {
  const changes = changesOf(edit);
  return changes.every(isWithinBounds) ? editNumbers(text, changes) : [];
}

function isWithinBounds({ path, value }: NumberChange): boolean {
  if (typeof value !== 'number' || !Number.isFinite(value)) return false;
  switch (path.at(-1)) {
    case 'repeatCap': return value >= 1;
    case 'share': return value >= 0 && value <= 1;
    case 'epochs': return value > 0;
    case 'tokens': return Number.isInteger(value) && value > 0;
    default: return false;
  }
}
