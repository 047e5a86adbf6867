// What the user is dragging, before it is in the text. An edit that was sent stays until a snapshot that holds it has come,
// so that a slider does not jump back meanwhile.
import { type MixEdit, withEdit } from '../../src/documents/mix/amounts/edit';
import type { FormMix } from '../../src/protocol/panels/mix';

export interface Draft {
  readonly edit: MixEdit;
  /** Absent while the slider is held. */
  readonly number?: number;
}

/** Drafts that a snapshot does not hold yet. */
export function stillOpen(drafts: readonly Draft[], answered: number): Draft[] {
  return drafts.filter(({ number }) => number === undefined || number > answered);
}

/** With the slider that is held moved to here: there is only one. */
export function withHeld(drafts: readonly Draft[], edit: MixEdit): Draft[] {
  return [...drafts.filter(({ number }) => number !== undefined), { edit }];
}

export function withSent(drafts: readonly Draft[], edit: MixEdit, number: number): Draft[] {
  return [...drafts.filter((draft) => draft.number !== undefined), { edit, number }];
}

export function withDrafts(mix: FormMix, drafts: readonly Draft[]): FormMix {
  return drafts.reduce((shown, { edit }) => withEdit(shown, edit), mix);
}
