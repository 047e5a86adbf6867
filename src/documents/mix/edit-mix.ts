// An edit of the form as edits of the text: of numbers where they stand, of whole entries where a source or stage comes or goes.
import { stringify } from 'yaml';
import { type MixEdit, type NewSource, type NewStage, withEdit, withoutSource } from './amounts/edit';
import type { Amount } from './amounts/stage';
import { applyEdits, editNumbers, type NumberChange, numberText, type TextEdit } from './edit';
import { insertion, removal } from './edit-entries';
import { readMix } from './parse';
import type { Mix } from './schema';

/** Undefined when the text cannot be edited so: it is no mix, or an alias elsewhere needs what would go. */
export function mixEdits(text: string, edit: MixEdit): TextEdit[] | undefined {
  const before = readMix(text, '').document;
  if (!before) return undefined;
  const edits = editsOf(text, edit, before)?.sort((a, b) => a.start - b.start || a.end - b.end);
  return edits && (isOfNumbers(edit) || isAsMeant(before, edit, readMix(applyEdits(text, edits), '').document)) ? edits : undefined;
}

function editsOf(text: string, edit: MixEdit, mix: Mix): TextEdit[] | undefined {
  if ('repeatCap' in edit) return editNumbers(text, [{ path: ['repeatCap'], value: edit.repeatCap }]);
  if ('addStage' in edit) return all(insertion(text, ['stages'], ...stageEntry(edit.addStage)));
  if ('removeStage' in edit) return all(removal(text, ['stages', edit.removeStage]));
  if ('addSource' in edit) return all(insertion(text, ['sources'], ...sourceEntry(edit.addSource)));
  if ('removeSource' in edit) return removeSource(text, edit.removeSource, mix);
  return editStage(text, edit, mix);
}

function editStage(text: string, { stage: index, tokens, amounts = {}, without = [] }: Extract<MixEdit, { stage: number }>, mix: Mix): TextEdit[] | undefined {
  const stage = mix.stages[index];
  if (!stage) return undefined;
  const path = ['stages', index, 'sources'];
  const isThere = ([name]: readonly [string, Amount]): boolean => name in stage.sources;
  const entries = Object.entries(amounts);
  const kept = entries.filter(isThere).filter(([name]) => !without.includes(name));
  const added = entries.filter((one) => !isThere(one));
  const flow = added.map(([name, amount]) => `${name}: ${amountText(amount)}`);
  return all(
    ...editNumbers(text, [...(tokens === undefined ? [] : [{ path: ['stages', index, 'tokens'], value: tokens }]), ...kept.flatMap(([name, amount]) => numbers([...path, name], amount))]),
    ...(added.length === 0 ? [] : [insertion(text, path, flow, flow.join(', '))]),
    ...without.map((name) => removal(text, [...path, name])),
  );
}

function removeSource(text: string, name: string, mix: Mix): TextEdit[] | undefined {
  return all(
    removal(text, ['sources', name]),
    ...mix.stages.flatMap((stage, index) => (!(name in stage.sources) ? [] : [
      removal(text, ['stages', index, 'sources', name]),
      ...editNumbers(text, Object.entries(withoutSource(stage.sources, name)).flatMap(([other, amount]) => numbers(['stages', index, 'sources', other], amount))),
    ])),
    ...removeHeldOut(text, name, mix),
  );
}

/** Together when none is left: what each would leave of the map is the same place. */
function removeHeldOut(text: string, source: string, { heldOut }: Mix): (TextEdit | undefined)[] {
  const gone = Object.entries(heldOut).filter(([, set]) => 'source' in set && set.source === source).map(([name]) => name);
  if (gone.length === 0) return [];
  return gone.length === Object.keys(heldOut).length ? [removal(text, ['heldOut'])] : gone.map((name) => removal(text, ['heldOut', name]));
}

function numbers(path: NumberChange['path'], amount: Amount): NumberChange[] {
  return Object.entries(amount).map(([kind, value]: [string, number]) => ({ path: [...path, kind], value }));
}

export function amountText(amount: Amount): string {
  return `{ ${Object.entries(amount).map(([kind, value]: [string, number]) => `${kind}: ${numberText(value)}`).join(', ')} }`;
}

function sourceEntry({ name, path, domain, role }: NewSource): [lines: string[], flow: string] {
  const fields = [`path: ${scalar(path)}`, `domain: ${scalar(domain)}`, ...(role === 'target' ? [] : [`role: ${role}`])];
  return [[`${name}:`, ...fields.map((field) => `  ${field}`)], `${name}: { ${fields.join(', ')} }`];
}

function stageEntry({ name, tokens, sources }: NewStage): [lines: string[], flow: string] {
  const amounts = Object.entries(sources).map(([source, amount]) => `${source}: ${amountText(amount)}`);
  const total = tokens === undefined ? [] : [`tokens: ${numberText(tokens)}`];
  return [
    [`- name: ${scalar(name)}`, ...total.map((field) => `  ${field}`), '  sources:', ...amounts.map((amount) => `    ${amount}`)],
    `{ ${[`name: ${scalar(name)}`, ...total, `sources: { ${amounts.join(', ')} }`].join(', ')} }`,
  ];
}

/** Quoted where YAML, within braces too, would read it as something else. */
function scalar(value: string): string {
  const plain = stringify(value, { lineWidth: 0 }).trimEnd();
  return /[,[\]{}\n]/.test(value) ? JSON.stringify(value) : plain;
}

function all(...edits: readonly (TextEdit | undefined)[]): TextEdit[] | undefined {
  const made = edits.filter((edit) => edit !== undefined);
  return made.length === edits.length ? made : undefined;
}

function isOfNumbers(edit: MixEdit): boolean {
  return 'repeatCap' in edit || ('stage' in edit && edit.without === undefined);
}

/** Sources and stages are the ones meant, in their order. */
function isAsMeant(before: Mix, edit: MixEdit, after: Mix | undefined): boolean {
  if (!after) return false;
  const named = (mix: Mix) => ({ ...mix, sources: Object.keys(mix.sources).map((name) => ({ name })) });
  const meant = withEdit(named(before), edit);
  const shape = ({ sources, stages }: typeof meant): string => JSON.stringify([sources, stages.map(({ name, sources: taken }) => [name, Object.keys(taken)])]);
  const added = 'addSource' in edit ? [...meant.sources, { name: edit.addSource.name }] : meant.sources;
  return shape({ ...meant, sources: added }) === shape(named(after));
}
