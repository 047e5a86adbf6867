// A chat template of our own for tokenizers trained here, and how any template is rendered.
import { compileTemplate, renderTemplate } from '../../documents/common/jinja';
import { userError } from '../../base/errors/problem';
import type { ChatMessage } from './tokenizer';

/** Tokens of `simpleChatTemplate`, for `specialTokens.additional`. */
export const simpleChatTokens: readonly string[] = ['<|system|>', '<|user|>', '<|assistant|>', '<|end|>'];

/** `<s><|user|>⏎question<|end|>⏎<|assistant|>⏎answer</s>`: an answer ends with EOS, as generation must. */
export const simpleChatTemplate = [
  '{{ bos_token }}',
  '{% for message in messages %}',
  "{% if message['role'] not in ['system', 'user', 'assistant'] %}{{ raise_exception('Unknown role: ' + message['role']) }}{% endif %}",
  "{{ '<|' + message['role'] + '|>\\n' + message['content'] }}",
  "{% if message['role'] == 'assistant' %}{{ eos_token }}{% else %}{{ '<|end|>\\n' }}{% endif %}",
  '{% endfor %}',
  "{% if add_generation_prompt %}{{ '<|assistant|>\\n' }}{% endif %}",
].join('');

export interface ChatRendering {
  readonly template: string;
  readonly messages: readonly ChatMessage[];
  readonly addGenerationPrompt: boolean;
  /** Texts of the special tokens a template may name: `bos_token`, `eos_token`, `pad_token`. */
  readonly tokens: Readonly<Record<string, string>>;
  /** File the template came from, for errors; undefined when it was given otherwise. */
  readonly file: string | undefined;
}

const compiled = new Map<string, ReturnType<typeof compileTemplate>>();

/**
 * As transformers' apply_chat_template, but for `strftime_now`: a rendering never depends on the day, so templates that
 * ask whether it is defined take their other branch.
 */
export function renderChat({ template, messages, addGenerationPrompt, tokens, file }: ChatRendering): string {
  try {
    const program = compiled.get(template) ?? compileTemplate(template);
    compiled.set(template, program);
    return renderTemplate(program, { messages, add_generation_prompt: addGenerationPrompt, tools: null, documents: null, ...tokens });
  } catch (error) {
    throw userError({
      code: 'chat-template-failed', ...(file === undefined ? {} : { file }), key: 'chat_template', message: `the chat template refused the messages: ${(error as Error).message}`,
      value: messages.map((message) => message.role).join(', '), next: 'Change the messages or give another chatTemplate.',
    });
  }
}
