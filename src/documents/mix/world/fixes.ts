// What mends a problem of a mix file, as edits of its text. Pure; what a fix is called is the host's to say.
import type { Problem } from '../../../base/errors/problem';
import { lookUp, parseTree } from '../../language/tree';
import { summingToOne } from '../amounts/rounding';
import { type Amount, stageAmounts } from '../amounts/stage';
import { withSource } from '../amounts/edit';
import type { TextEdit } from '../edit';
import { insertion, removal } from '../edit-entries';
import { amountText, mixEdits } from '../edit-mix';
import { readMix } from '../parse';
import type { Mix } from '../schema';
import type { MixFacts } from './facts';
import { nearestPaths } from './nearest-path';

export type FixName =
  | 'replace' | 'remove' | 'scale-shares' | 'all-as-tokens' | 'add-total' | 'lower-total' | 'lower-amount' | 'raise-cap'
  | 'take-from-all' | 'add-to-stage' | 'remove-source' | 'never-leaves' | 'hold-out-fraction';

/** `values` go into its title. The first of a problem is the one to take when in doubt. */
export interface Fix { readonly name: FixName; readonly values: readonly (string | number)[]; readonly edits: readonly TextEdit[] }

/** Fraction that is held out where a fix has to choose one. */
const usualFraction = 0.05;

/** None when the text is no mix, or nothing is known that would mend it. `facts` are those of the same text. */
export function mixFixes(text: string, problem: Problem, facts: MixFacts): Fix[] {
  const mix = readMix(text, '').document;
  const path = pathOf(problem.key);
  const fix = (name: FixName, values: Fix['values'], edits: readonly TextEdit[] | undefined): Fix[] => (edits && edits.length > 0 ? [{ name, values, edits }] : []);
  const replacements = (candidates: readonly string[]): Fix[] => candidates.flatMap((value) => fix('replace', [value], setScalar(text, path, value)));
  const remove = (): Fix[] => fix('remove', [String(path.at(-1))], listed(removal(text, path)));
  switch (problem.code) {
    case 'mix-source-not-found': return replacements(nearestPaths(problem.value ?? '', facts.data));
    case 'mix-questions-not-checked': return [...replacements(nearestPaths(problem.value ?? '', facts.data)), ...fix('remove', [problem.value ?? ''], listed(removal(text, path)))];
    case 'tokenizer-not-found': return replacements(problem.suggestion === undefined ? facts.tokenizers.slice(0, 3) : [...new Set([problem.suggestion, ...nearestPaths(problem.value ?? '', facts.tokenizers)])]);
    case 'mix-format-mismatch': case 'mix-text-field-missing': case 'mix-group-field-missing': case 'mix-held-out-takes-all':
      return replacements(problem.suggestion === undefined ? [] : [problem.suggestion]);
    case 'mix-unknown-source': return [...replacements(problem.suggestion === undefined || path[0] !== 'heldOut' ? [] : [problem.suggestion]), ...(path[0] === 'stages' ? remove() : [])];
    case 'mix-held-out-twice': return fix('remove', [String(path[1])], listed(removal(text, path.slice(0, 2))));
    case 'mix-phi-may-leave': return fix('never-leaves', [], setScalar(text, [...path.slice(0, -1), 'egress'], 'never'));
    default: return mix ? ofTheMix(text, mix, problem, path, facts, fix) : [];
  }
}

type MakeFix = (name: FixName, values: Fix['values'], edits: readonly TextEdit[] | undefined) => Fix[];

function ofTheMix(text: string, mix: Mix, { code }: Problem, path: Path, facts: MixFacts, fix: MakeFix): Fix[] {
  const index = Number(path[1]);
  const stage = path[0] === 'stages' ? mix.stages[index] : undefined;
  switch (code) {
    case 'mix-shares-sum': {
      const shares = Object.values(stage!.sources).map((amount) => ('share' in amount ? amount.share : 0));
      return fix('scale-shares', [], mixEdits(text, { stage: index, amounts: named(stage!.sources, summingToOne(shares)) }));
    }
    case 'mix-kinds-combined': {
      const quotas = Object.entries(stage!.sources).map(([source, amount]) => tokensOf(amount, stage!.tokens, facts.sizes[source]?.tokens));
      return quotas.every((tokens) => tokens !== undefined && tokens > 0) ? fix('all-as-tokens', [], Object.keys(stage!.sources).flatMap((source, place) =>
        listed(replaceValue(text, ['stages', index, 'sources', source], amountText({ tokens: quotas[place]! }))) ?? [])) : [];
    }
    case 'mix-tokens-missing': {
      const most = stageAmounts({ ...stage!, tokens: 1 }, facts.sizes, mix.repeatCap).mostTokens;
      return most === undefined || most === 0 ? [] : fix('add-total', [most], mixEdits(text, { stage: index, tokens: most }));
    }
    case 'mix-empty-stage': {
      const names = Object.keys(mix.sources);
      return fix('take-from-all', [], mixEdits(text, { stage: index, amounts: named(mix.sources, summingToOne(names.map(() => 1))) }));
    }
    case 'mix-repeat-cap': {
      const { kind, largest, sources } = stageAmounts(stage!, facts.sizes, mix.repeatCap);
      const needed = Math.max(...sources.map(({ epochs = 0 }) => epochs));
      return [
        ...(largest ? fix(kind === 'share' ? 'lower-total' : 'lower-amount', [largest.tokens], mixEdits(text, { stage: index, amounts: largest.amounts, ...(largest.total === undefined ? {} : { tokens: largest.total }) })) : []),
        ...fix('raise-cap', [Math.ceil(needed)], mixEdits(text, { repeatCap: Math.ceil(needed) })),
      ];
    }
    case 'mix-source-unused': {
      const name = String(path[1]);
      const last = mix.stages.length - 1;
      return [
        ...fix('add-to-stage', [mix.stages[last]!.name], mixEdits(text, { stage: last, amounts: withSource(mix.stages[last]!.sources, name) })),
        ...fix('remove-source', [name], mixEdits(text, { removeSource: name })),
      ];
    }
    case 'mix-held-out-is-source': {
      const set = mix.heldOut[String(path[1])];
      const source = Object.entries(mix.sources).find(([, one]) => set && 'path' in set && facts.paths.get(one.path)?.absolute === facts.paths.get(set.path)?.absolute)?.[0];
      return source === undefined ? [] : fix('hold-out-fraction', [source], listed(replaceValue(text, path.slice(0, 2), `{ source: ${source}, fraction: ${usualFraction} }`)));
    }
    default: return [];
  }
}

/** Each on its own: shares of a stage that has other kinds too sum to nothing. */
function tokensOf(amount: Amount, total: number | undefined, available: number | undefined): number | undefined {
  if ('tokens' in amount) return amount.tokens;
  const [part, whole] = 'share' in amount ? [amount.share, total] : [amount.epochs, available];
  return whole === undefined ? undefined : Math.round(part * whole);
}

type Path = readonly (string | number)[];

function pathOf(key: string | undefined): Path {
  return (key ?? '').split('.').map((part) => (/^\d+$/.test(part) ? Number(part) : part));
}

function named(sources: Readonly<Record<string, unknown>>, shares: readonly number[]): Record<string, Amount> {
  return Object.fromEntries(Object.keys(sources).map((name, place) => [name, { share: shares[place]! }]));
}

/** The value in the place of the one that stands there, else as a new entry of its map. */
function setScalar(text: string, path: Path, value: string): TextEdit[] | undefined {
  const plain = /^[\w./*-][\w ./*-]*$/.test(value) ? value : JSON.stringify(value);
  const entry = `${String(path.at(-1))}: ${plain}`;
  return listed(replaceValue(text, path, plain) ?? insertion(text, path.slice(0, -1), [entry], entry));
}

function replaceValue(text: string, path: Path, value: string): TextEdit | undefined {
  const range = lookUp(parseTree(text), path)?.value?.range;
  return range ? { start: range[0], end: range[1], text: value } : undefined;
}

function listed(edit: TextEdit | undefined): TextEdit[] | undefined {
  return edit && [edit];
}
