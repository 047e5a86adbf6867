// A chat model that the bridge can pass requests on to, whoever answers.
import type { ChatMessage } from '../../../documents/cot/roles';

/** Sampling options under the names of the OpenAI API. */
export type ModelOptions = Readonly<Partial<Record<'temperature' | 'top_p' | 'max_tokens' | 'seed', number>>>;

export interface ChatModel {
  /** `vendor/id`. */
  readonly id: string;
  /** As its vendor calls it. */
  readonly name: string;
  /** Throws BridgeError where the model refuses. Leaving the loop, or the signal, ends the request. */
  answer(messages: readonly ChatMessage[], options: ModelOptions, signal: AbortSignal): AsyncIterable<string>;
}

/** Those there are now. */
export type ListChatModels = () => Promise<readonly ChatModel[]>;
