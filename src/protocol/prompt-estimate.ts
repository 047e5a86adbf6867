// What a prompt experiment would ask, cost and send, as `preclinical prompt FILE --estimate --json` prints it. Nothing has
// been sent when this is known.

/** Of the user's setting for an endpoint. */
export interface TokenPrice {
  /** For a million tokens of prompts, and of answers. */
  readonly input: number;
  readonly output: number;
  readonly currency: string;
}

export interface CallEstimate {
  readonly calls: number;
  /** By characters, four a token. */
  readonly promptTokens: number;
  /** At most: every answer as long as it may be. */
  readonly completionTokens: number;
}

export interface PhiCount { readonly class: string; readonly count: number }

export interface PromptEstimate {
  readonly schema: 1;
  readonly questions: number;
  readonly strategies: readonly (CallEstimate & { readonly strategy: string; readonly samplesPerQuestion: number })[];
  /** Reasoning about solved questions, at most; absent where no strategy needs it. */
  readonly rationales?: CallEstimate;
  /** Texts whose vectors are asked for. */
  readonly embeddings: number;
  /** Scoring the options by likelihood, where the model can. */
  readonly likelihood: CallEstimate;
  /** All of these but vectors and likelihood. */
  readonly total: CallEstimate;
  readonly cost?: { readonly atMost: number; readonly currency: string };
  /** Who gets the texts by name, when they leave this machine. */
  readonly remote?: string;
  /** Who gets questions for their vectors, where that is another who is not on this machine. */
  readonly embeddingRemote?: string;
  /** What the PHI screen finds in the texts that would be sent. It is no proof that there is nothing. */
  readonly phi: { readonly texts: number; readonly textsWithFindings: number; readonly findings: readonly PhiCount[] };
}

/** Of tokens at a price for a million. */
export function costOf({ promptTokens, completionTokens }: Pick<CallEstimate, 'promptTokens' | 'completionTokens'>, { input, output }: TokenPrice): number {
  return (promptTokens * input + completionTokens * output) / 1_000_000;
}
