// What the rest of the engine sees of a tokenizer.

export interface ChatMessage { readonly role: string; readonly content: string }

export interface Tokenizer {
  readonly vocabularySize: number;
  readonly beginId: number | undefined;
  readonly endId: number;
  readonly padId: number;
  /** SHA-256 of tokenizer.json: two checkpoints compare in nats only when this is equal. */
  readonly hash: string;
  /** Jinja chat template of tokenizer_config.json, when it has one. */
  readonly chatTemplate: string | undefined;
  /** Token ids of a text. `addSpecialTokens` adds what the post-processor adds (such as BOS); default false. */
  encode(text: string, options?: { readonly addSpecialTokens?: boolean }): number[];
  /** Text of ids; special tokens are left out unless asked for. */
  decode(ids: readonly number[], options?: { readonly keepSpecialTokens?: boolean }): string;
  /** Renders messages with a chat template, as transformers' apply_chat_template does. */
  renderChat(messages: readonly ChatMessage[], options?: { readonly addGenerationPrompt?: boolean; readonly chatTemplate?: string }): string;
}
