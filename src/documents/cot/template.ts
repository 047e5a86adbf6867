// The text of a new prompt experiment: every setting one is likely to change, and a prompt that works.

/** `name` is a slug; `questions` is the question set's path relative to the new file. */
export function newCotText(name: string, questions: string): string {
  return `---
kind: prompt
name: ${name}
description: What this prompt is for.
questions: ${JSON.stringify(questions)}
strategies: [direct, chain-of-thought, self-consistency]
repeats: 5                   # samples that self-consistency votes over
temperature: 0               # of direct and chain-of-thought; 0 takes the likeliest word each time
selfConsistencyTemperature: 0.7
maxTokens: 256               # room for reasoning
extractor: auto              # reads a letter, or the text of an option
seed: 1
---
system:
You answer questions of a medical examination. This is research on language models, not advice for a patient.

user:
{{ question }}
{% for option in options %}{{ option.letter }}. {{ option.text }}
{% endfor %}
{% if strategy == "direct" %}Reply with the letter of the best option only.{% else %}Think step by step. End with a line "Answer:" and the letter of the best option.{% endif %}
`;
}

/** A name that the schema takes, from whatever a file is called. */
export function slugOf(text: string): string {
  return text.toLowerCase().replace(/[^a-z0-9]+/g, '-').slice(0, 64).replace(/^-+|-+$/g, '') || 'prompt';
}
