// What an evaluation may not ask of who scores: one rule for a study's steps and the command line.
export type ScoringEngine = 'embedded' | 'lm-eval';

export interface ScoringAsked {
  readonly engine: ScoringEngine;
  /** Key of what says how another engine is started, where it is given. */
  readonly launchKey: string | undefined;
  /** Key that asks for the options in every order, where it does. */
  readonly rotateKey: string | undefined;
  /** How lm-evaluation-harness is named here, such as `engine: lm-eval`. */
  readonly harness: string;
}

/** Undefined when all goes together. */
export function misplacedSetting({ engine, launchKey, rotateKey, harness }: ScoringAsked): { readonly key: string; readonly message: string; readonly next: string } | undefined {
  if (engine === 'embedded') {
    return launchKey === undefined ? undefined : { key: launchKey, message: 'this says how another engine is started, and this one is not', next: `Add ${harness}, or leave it out.` };
  }
  return rotateKey === undefined ? undefined : { key: rotateKey, message: 'lm-evaluation-harness does not rotate options', next: 'Leave it out, or score with this program.' };
}
