// What the rest of the engine sees of a tokenizer.

export interface ChatMessage { readonly role: string; readonly content: string }

export interface EncodeOptions {
  /** Adds what the post-processor adds (such as BOS); default false. */
  readonly addSpecialTokens?: boolean;
  /**
   * A special token spelled out in the text, such as `</s>`, is encoded as the characters it is written with instead of
   * as the token; default false, as in transformers. Documents are read so: no text of theirs can end a sequence.
   */
  readonly specialTokensAsText?: boolean;
}

export interface Tokenizer {
  readonly vocabularySize: number;
  readonly beginId: number | undefined;
  readonly endId: number;
  readonly padId: number;
  /** Every special token by its text. */
  readonly specialTokens: ReadonlyMap<string, number>;
  /** SHA-256 of tokenizer.json: two checkpoints compare in nats only when this is equal. */
  readonly hash: string;
  /** Jinja chat template of tokenizer_config.json or chat_template.jinja, when there is one. */
  readonly chatTemplate: string | undefined;
  encode(text: string, options?: EncodeOptions): number[];
  /** Text of ids; special tokens are left out unless asked for. */
  decode(ids: readonly number[], options?: { readonly keepSpecialTokens?: boolean }): string;
  /** Renders messages with a chat template, as transformers' apply_chat_template does. */
  renderChat(messages: readonly ChatMessage[], options?: { readonly addGenerationPrompt?: boolean; readonly chatTemplate?: string }): string;
}
