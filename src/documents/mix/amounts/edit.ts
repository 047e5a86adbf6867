// What the form asks to be changed in a mix file, and the mix as it then is. Pure.
import { summingToOne } from './rounding';
import type { Amount } from './stage';

/** A source as the form adds one; what else can be said of it is said in the text. */
export interface NewSource { readonly name: string; readonly path: string; readonly domain: string; readonly role: 'target' | 'replay' }

export interface NewStage { readonly name: string; readonly tokens?: number; readonly sources: Readonly<Record<string, Amount>> }

export type MixEdit =
  | { readonly repeatCap: number }
  /** Of the stage at that position: its total, amounts by source (of one that is not in it: put in), and sources taken out. */
  | { readonly stage: number; readonly tokens?: number; readonly amounts?: Readonly<Record<string, Amount>>; readonly without?: readonly string[] }
  | { readonly addStage: NewStage }
  | { readonly removeStage: number }
  | { readonly addSource: NewSource }
  /** Also from the stages, whose other shares then sum to 1 again, and with the held-out sets taken from it. */
  | { readonly removeSource: string };

interface EditedStage { readonly name: string; readonly tokens?: number | undefined; readonly sources: Readonly<Record<string, Amount>> }
interface EditedMix { readonly repeatCap: number; readonly sources: readonly { readonly name: string }[]; readonly stages: readonly EditedStage[] }

/** The mix with an edit made, for showing it before it is in the text; a new source comes with the text. */
export function withEdit<M extends EditedMix>(mix: M, edit: MixEdit): M {
  if ('repeatCap' in edit) return { ...mix, repeatCap: edit.repeatCap };
  if ('addStage' in edit) return { ...mix, stages: [...mix.stages, edit.addStage] };
  if ('removeStage' in edit) return { ...mix, stages: mix.stages.filter((_, index) => index !== edit.removeStage) };
  if ('addSource' in edit) return mix;
  if ('removeSource' in edit) {
    const { removeSource: name } = edit;
    return {
      ...mix, sources: mix.sources.filter((source) => source.name !== name),
      stages: mix.stages.map((stage) => (name in stage.sources ? { ...stage, sources: withoutSource(stage.sources, name) } : stage)),
    };
  }
  const stages = mix.stages.map((stage, index) => {
    if (index !== edit.stage) return stage;
    const sources = Object.fromEntries(Object.entries({ ...stage.sources, ...edit.amounts }).filter(([name]) => edit.without?.includes(name) !== true));
    return { ...stage, ...(edit.tokens === undefined ? {} : { tokens: edit.tokens }), sources };
  });
  return { ...mix, stages };
}

/** Amounts of a stage that a source is taken out of: shares of the others are scaled to sum to 1. */
export function withoutSource(sources: Readonly<Record<string, Amount>>, name: string): Record<string, Amount> {
  const left = Object.entries(sources).filter(([source]) => source !== name);
  if (left.length === 0 || !left.every(([, amount]) => 'share' in amount)) return Object.fromEntries(left);
  const shares = summingToOne(left.map(([, amount]) => ('share' in amount ? amount.share : 0)));
  return Object.fromEntries(left.map(([source], index) => [source, { share: shares[index]! }]));
}

/** Amounts of a stage that a source is put into: as much as each of the others has on the whole, in the stage's kind. */
export function withSource(sources: Readonly<Record<string, Amount>>, name: string): Record<string, Amount> {
  const amounts = Object.values(sources);
  const [first] = amounts;
  if (!first) return { [name]: { share: 1 } };
  if ('epochs' in first) return { [name]: { epochs: 1 } };
  if ('tokens' in first) {
    const mean = amounts.reduce((sum, amount) => sum + ('tokens' in amount ? amount.tokens : 0), 0) / amounts.length;
    return { [name]: { tokens: Math.max(1, Math.round(mean)) } };
  }
  const shares = amounts.map((amount) => ('share' in amount ? amount.share : 0));
  const scaled = summingToOne([...shares, shares.reduce((sum, share) => sum + share, 0) / shares.length]);
  return Object.fromEntries([...Object.keys(sources), name].map((source, index) => [source, { share: scaled[index]! }]));
}
