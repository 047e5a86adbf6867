// What an editor and `preclinical ask --stdio` say to each other, one JSON object a line, and the line that is kept in
// .preclinical/asks/asks.jsonl for every answer. An Ask is one question put to one model with the prompt of a .cot file.
import type { Problem } from '../base/errors/problem';
import type { ChatMessage, StrategyName } from '../documents/cot/render';

/** Who answers. `cloud` is true where the texts leave this machine, even when the address is a bridge on loopback. */
export type AskModel =
  /** A run (id or unique part of it), a checkpoint folder (absolute or from the root), a model of the Hub, or `sample` for the model that is shipped. Served on loopback by the engine. */
  | { readonly kind: 'checkpoint'; readonly reference: string }
  | {
    readonly kind: 'endpoint';
    /** As the user knows it, such as the name of a setting. */
    readonly name: string;
    /** Ends in /v1. */
    readonly baseUrl: string;
    readonly model: string;
    /** Environment variable of the engine's process that holds the key. */
    readonly keyVariable?: string;
    readonly cloud: boolean;
    /** host[:port], or the name of a cloud model behind a bridge, that the user agreed to. */
    readonly consentedHost?: string;
  };

export interface AskRequest {
  readonly type: 'ask';
  /** Chosen by the editor; every answer to this request carries it. */
  readonly id: string;
  /** The .cot file, absolute. */
  readonly cot: string;
  /** Its text in the editor, when that is not saved. */
  readonly cotText?: string;
  /** The question set, absolute; absent takes the one the .cot names. */
  readonly questions?: string;
  /** Text of the set in the editor, when that is not saved. */
  readonly questionsText?: string;
  /** Lines of the set to ask, from 1. */
  readonly lines: readonly number[];
  /** Absent takes the strategies of the .cot. */
  readonly strategies?: readonly StrategyName[];
  /** Samples a question and strategy; absent takes what the .cot says. Repeats of a greedy strategy are sampled. */
  readonly repeats?: number;
  readonly model: AskModel;
  /** host[:port] that makes vectors of the questions, where the user agreed to it by name. */
  readonly embeddingConsent?: string;
}
export interface CancelAsk { readonly type: 'cancel'; readonly id: string }
export type ToAsks = AskRequest | CancelAsk;

/** Which answer of a request. */
export interface SampleKey { readonly line: number; readonly strategy: StrategyName; readonly repeat: number }

export type FromAsks =
  /** Said once when the process can be asked. */
  | { readonly type: 'ready' }
  /** `samples` answers will come; `model` is the name they are kept under. Sent when the model is there. */
  | { readonly type: 'asked'; readonly id: string; readonly samples: number; readonly model: string }
  /** A model of the Hub that is not on this machine yet is being downloaded. */
  | { readonly type: 'downloading'; readonly id: string; readonly model: string; readonly file: string; readonly doneBytes: number; readonly totalBytes: number }
  /** The model is being started, which takes a moment the first time. */
  | { readonly type: 'starting'; readonly id: string; readonly model: string }
  /** More of one answer's text. */
  | { readonly type: 'text'; readonly id: string; readonly sample: SampleKey; readonly text: string }
  | { readonly type: 'answered'; readonly id: string; readonly sample: SampleKey; readonly record: AskRecord }
  | { readonly type: 'done'; readonly id: string }
  | { readonly type: 'cancelled'; readonly id: string }
  /** `id` is empty for a line that named no request. Answers given before it are kept. */
  | { readonly type: 'failed'; readonly id: string; readonly problems: readonly Problem[] };

/** A line of asks.jsonl. Private: questions and answers may speak of patients. */
export interface AskRecord {
  readonly schema: 1;
  /** Of the request it answers. */
  readonly ask: string;
  /** ISO-8601 UTC. */
  readonly at: string;
  /** Files relative to the root with POSIX separators, or absolute when outside it. */
  readonly cot: string;
  readonly questions: string;
  /** Of the prompt's text when it was asked (`promptVersion` of runs/asks); absent in records of older versions. */
  readonly cotVersion?: string;
  /** Line of the question when it was asked, from 1. */
  readonly line: number;
  /** SHA-256 of the question's line, trimmed (`questionHash` of runs/asks), so that an answer is shown beside its question wherever that has moved. */
  readonly questionHash: string;
  /** Id of the question, as in prompt experiments; its text is in `messages`. */
  readonly question: string;
  readonly strategy: StrategyName;
  readonly repeat: number;
  readonly repeats: number;
  /** As the user knows it. */
  readonly model: string;
  /** Name and content identity, as in prompt experiments. */
  readonly modelIdentity: string;
  readonly cloud: boolean;
  /** The rendered prompt. */
  readonly messages: readonly ChatMessage[];
  readonly answer: string;
  readonly finishReason: string;
  /** Of the options, in the order of the file. */
  readonly letters: readonly string[];
  /** Where the options were shown in another order: for each place shown the place in the file. */
  readonly order?: readonly number[];
  /** Ids of the solved questions shown before. */
  readonly exemplars?: readonly string[];
  readonly gold: string;
  /** Letter taken from the answer; absent is no answer. `taken` are the characters that decided. */
  readonly letter?: string;
  readonly taken: string;
  readonly rule: string;
  readonly extractor: string;
  readonly extractorVersion: number;
  readonly temperature: number;
  readonly seed: number;
  readonly firstTextMs: number;
  readonly durationMs: number;
  readonly promptTokens?: number;
  readonly completionTokens?: number;
}
