// The sample's tokenizer and its structured prompt: one chat template for training, scoring and serving, which is at the
// same time the form of the tasks: `Question: …⏎Answer: …`.
import { trainByteLevelBpe, type TokenizerFiles } from '../tokenizer';
import type { SampleContent } from './content';
import { dialogueText } from './dialogue';

/** A rendered question ends in `Answer:`, an answer starts with a space and ends with the end token. */
export const sampleChatTemplate = [
  '{% for message in messages %}',
  "{% if message['role'] == 'user' %}{{ 'Question: ' + message['content'] + '\\n' }}",
  "{% elif message['role'] == 'assistant' %}{{ 'Answer: ' + message['content'] + eos_token }}",
  "{% else %}{{ message['content'] + '\\n' }}{% endif %}",
  '{% endfor %}',
  "{% if add_generation_prompt %}{{ 'Answer:' }}{% endif %}",
].join('');

export function trainSampleTokenizer(content: SampleContent, vocabularySize: number): TokenizerFiles {
  return trainByteLevelBpe(texts(content), { vocabularySize, specialTokens: { end: '<|endoftext|>' }, chatTemplate: sampleChatTemplate });
}

/**
 * Passages, dialogues and a part of the general text: its few words are met often enough there, and merges are left for
 * medical names, so that a drug or condition is one to three tokens. Nothing that is only measured.
 */
function* texts({ passages, stories, reader, dialogues }: SampleContent): Generator<string> {
  for (const passage of passages) yield passage.text;
  yield* reader;
  yield* stories.replay;
  yield* stories.base.slice(0, Math.ceil(stories.base.length / 4));
  for (const dialogue of dialogues) yield `Question: ${dialogueText(dialogue)}\nAnswer:`;
}
