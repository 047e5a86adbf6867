// What scoring and prompting see of a model, whoever runs it: the engine in process or a server over HTTP.

/** One scored continuation: log-probability in nats summed over its tokens. */
export interface LikelihoodResult {
  readonly logLikelihood: number;
  /** Every token of the continuation was the model's first choice. */
  readonly isGreedy: boolean;
  /** Tokens of the continuation that were scored. */
  readonly tokens: number;
}

export interface LikelihoodRequest {
  readonly context: string;
  readonly continuation: string;
}

/** Scores continuations as lm-evaluation-harness does (api/model.py `loglikelihood`, models/huggingface.py). */
export interface LikelihoodModel {
  /** Name and content identity of the model, for records and for the key under which a score is kept. */
  readonly identity: { readonly name: string; readonly hash: string };
  /** Results in the order of the requests. `onDone` is called with the index of each request when its score is known. */
  logLikelihood(
    requests: readonly LikelihoodRequest[],
    options?: { readonly signal?: AbortSignal; readonly onDone?: (index: number, result: LikelihoodResult) => void },
  ): Promise<LikelihoodResult[]>;
}

export interface SamplingSettings {
  readonly maxTokens: number;
  /** 0 is greedy. */
  readonly temperature: number;
  readonly topP: number;
  /** Draws from this many of the most likely tokens; from all when left out. */
  readonly topK?: number;
  /** Above 1 makes tokens of the prompt and of the answer so far less likely (Keskar et al. 2019); 1 when left out. */
  readonly repetitionPenalty?: number;
  /** Taken off the logit of a token the answer has already, and for each time it has it; 0 when left out. As in the OpenAI API. */
  readonly presencePenalty?: number;
  readonly frequencyPenalty?: number;
  readonly stop: readonly string[];
  readonly seed: number;
  /** Reports log-probabilities, with so many of the most likely tokens beside each generated one; none when left out. */
  readonly topLogProbabilities?: number;
}

export interface TopToken { readonly id: number; readonly logProbability: number }

/** What the model thought of one token of a given sequence; the first token has no log-probability and no alternatives. */
export interface ScoredToken {
  readonly id: number;
  readonly logProbability: number | undefined;
  /** Most likely tokens at this place, best first. */
  readonly top: readonly TopToken[];
}

export interface TokenPiece {
  readonly id: number;
  /** Text this token adds; may be empty while a character is incomplete. */
  readonly text: string;
  /** The model's own, whatever the temperature and the penalties; when asked for. */
  readonly logProbability?: number;
  /** Most likely tokens at this place, best first, when asked for. */
  readonly top?: readonly TopToken[];
}

export interface GenerationEnd {
  readonly reason: 'stop' | 'length';
  readonly promptTokens: number;
  /** An end token is counted. */
  readonly completionTokens: number;
  /** The end token, without text, when the model said one. */
  readonly endToken?: TokenPiece;
}

/** Generates text token by token; the generator's return value says why it ended. */
export interface Generator {
  generate(promptIds: readonly number[], settings: SamplingSettings, signal?: AbortSignal): AsyncGenerator<TokenPiece, GenerationEnd>;
}
