// How the user works with the form: kept over hiding and reloading. All else is in the file.

export interface KeptState {
  /** Moving one share moves the others, so that they sum to 1. */
  readonly keepSum: boolean;
}

export function settingsFrom(kept: unknown): KeptState {
  return { keepSum: (kept as Partial<Record<keyof KeptState, unknown>> | undefined)?.keepSum !== false };
}
