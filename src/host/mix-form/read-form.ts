// A mix file's text as its form shows it, and the edits of the form as edits of the text. Pure: no vscode.
import type { Problem } from '../../base/errors/problem';
import type { MixEdit, NewSource } from '../../documents/mix/amounts/edit';
import { slug } from '../../documents/common/fields';
import type { TextEdit } from '../../documents/mix/edit';
import { mixEdits } from '../../documents/mix/edit-mix';
import { readMix } from '../../documents/mix/parse';
import { sourceSchema, stageSchema } from '../../documents/mix/schema';
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

/** Undefined for what cannot be edited, what is no number or out of bounds: a message from a page is never trusted to hold what its type says. */
export function editsFor(text: string, edit: MixEdit): TextEdit[] | undefined {
  return isWithinBounds(edit) ? mixEdits(text, edit) : undefined;
}

function isWithinBounds(edit: MixEdit): boolean {
  if ('repeatCap' in edit) return isAmount('repeatCap', edit.repeatCap);
  if ('addStage' in edit) return stageSchema.safeParse(edit.addStage).success;
  if ('removeStage' in edit) return Number.isInteger(edit.removeStage);
  if ('addSource' in edit) return sourceSchema.safeParse(withoutName(edit.addSource)).success && slug.safeParse(edit.addSource.name).success;
  if ('removeSource' in edit) return typeof edit.removeSource === 'string';
  const { stage, tokens, amounts = {}, without = [] } = edit;
  return Number.isInteger(stage) && (tokens === undefined || isAmount('tokens', tokens))
    && Object.entries(amounts).every(([name, amount]) => slug.safeParse(name).success && Object.keys(amount).length === 1 && Object.entries(amount).every(([kind, value]) => isAmount(kind, value)))
    && without.every((name) => typeof name === 'string');
}

function isAmount(kind: string, value: unknown): boolean {
  if (typeof value !== 'number' || !Number.isFinite(value)) return false;
  switch (kind) {
    case 'repeatCap': return value >= 1;
    case 'share': return value >= 0 && value <= 1;
    case 'epochs': return value > 0;
    case 'tokens': return Number.isInteger(value) && value > 0;
    default: return false;
  }
}

function withoutName({ path, domain, role }: NewSource): Omit<NewSource, 'name'> {
  return { path, domain, role };
}
