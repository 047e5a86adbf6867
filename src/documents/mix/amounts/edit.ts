// What the form asks to be changed in a mix file, and the mix as it then is. Pure.
import type { Amount } from './stage';

export type MixEdit =
  | { readonly repeatCap: number }
  /** Of the stage at that position: its total, and amounts by source. */
  | { readonly stage: number; readonly tokens?: number; readonly amounts?: Readonly<Record<string, Amount>> };

/** The stages with an edit made, for showing it before it is in the text. */
export function withEdit<M extends { readonly repeatCap: number; readonly stages: readonly { readonly tokens?: number | undefined; readonly sources: Readonly<Record<string, Amount>> }[] }>(mix: M, edit: MixEdit): M {
  if ('repeatCap' in edit) return { ...mix, repeatCap: edit.repeatCap };
  const stages = mix.stages.map((stage, index) => (index !== edit.stage ? stage : {
    ...stage, ...(edit.tokens === undefined ? {} : { tokens: edit.tokens }), sources: { ...stage.sources, ...edit.amounts },
  }));
  return { ...mix, stages };
}
