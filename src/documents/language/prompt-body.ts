// Completion and hover in the Jinja body of a .cot file: roles, the variables there are, their fields, tags.
import type { CotExample, AnswerOption } from '../cot/render';
import type { cotVariableNames } from '../cot/render';
import type { chatRoles } from '../cot/roles';
import type { Span } from './tree';

export interface BodyWord {
  readonly label: string;
  readonly kind: 'role' | 'variable' | 'field' | 'tag' | 'value';
  readonly description: string;
}

export interface BodyCompletion { readonly replace: Span; readonly words: readonly BodyWord[] }

const variables: Readonly<Record<(typeof cotVariableNames)[number], string>> = {
  question: 'Text of the question.',
  options: 'Answer options: a list, each with letter and text.',
  strategy: 'How the answer is to be given: direct, chain-of-thought or self-consistency, whatever is shown before.',
  examples: 'Solved questions: a list, each with question, options, answer, reply and, where there is one, reasoning. A body without it gets them as turns of the conversation.',
};

const answerForms = ['direct', 'chain-of-thought', 'self-consistency'];

const optionFields: Readonly<Record<keyof AnswerOption, string>> = { letter: 'Letter of the option.', text: 'Text of the option.' };
const exampleFields: Readonly<Record<keyof CotExample, string>> = {
  question: 'Text of the solved question.', options: 'Its answer options.', answer: 'Letter of the right option.', reasoning: 'How the answer follows; some examples have none.', reply: 'The whole answer as the model would give it.',
};

const roles: Readonly<Record<(typeof chatRoles)[number], string>> = {
  system: 'What the model is told before the conversation.', user: 'What is asked; the body ends with such a section.', assistant: 'What the model answered, in an example.',
};

const tags: Readonly<Record<string, string>> = {
  if: 'Text only when a condition holds.', elif: 'Another condition.', else: 'Text when no condition held.', endif: 'End of if.',
  for: 'Text once for each item of a list.', endfor: 'End of for.', set: 'A variable of the template.',
};

/** `offset` counts from the start of the body. */
export function completeBody(body: string, offset: number): BodyCompletion | undefined {
  const before = body.slice(0, offset);
  const typed = /[\w-]*$/.exec(before)![0];
  const lead = before.slice(0, before.length - typed.length);
  const replace = { start: offset - typed.length, end: offset + /^[\w-]*/.exec(body.slice(offset))![0].length };
  const words = wordsAfter(lead, body);
  return words.length === 0 ? undefined : { replace, words };
}

function wordsAfter(lead: string, body: string): BodyWord[] {
  const tag = openTag(lead);
  if (tag === undefined) return /(^|\n)$/.test(lead) ? wordsOf('role', roles, ':') : [];
  if (/strategy\s*[!=]=\s*["']$/.test(tag)) return answerForms.map((label) => ({ label, kind: 'value', description: variables.strategy }));
  if (oddQuotes(tag)) return [];
  const owner = /([A-Za-z_]\w*)\.$/.exec(tag)?.[1];
  if (owner !== undefined) return fieldsOf(owner, body);
  if (tag.endsWith('.') || /\|\s*$/.test(tag)) return [];
  return /^\{%[-+]?\s*$/.test(tag) ? wordsOf('tag', tags) : wordsOf('variable', variables);
}

/** The tag the text ends in, from its opening braces; undefined in plain text. */
function openTag(lead: string): string | undefined {
  const start = Math.max(lead.lastIndexOf('{{'), lead.lastIndexOf('{%'));
  if (start < 0) return undefined;
  const tag = lead.slice(start);
  return /\}\}|%\}/.test(tag) ? undefined : tag;
}

function oddQuotes(tag: string): boolean {
  const withoutTexts = tag.replace(/"[^"]*"|'[^']*'/g, '');
  return /["']/.test(withoutTexts);
}

/** Fields of what a loop over options or examples calls its item. */
function fieldsOf(owner: string, body: string): BodyWord[] {
  const list = new RegExp(`\\{%[-+]?\\s*for\\s+${owner}\\s+in\\s+(?:\\w+\\.)?(options|examples)\\b`).exec(body)?.[1];
  if (list === undefined) return [];
  return wordsOf('field', list === 'options' ? optionFields : exampleFields);
}

function wordsOf(kind: BodyWord['kind'], descriptions: Readonly<Record<string, string>>, suffix = ''): BodyWord[] {
  return Object.entries(descriptions).map(([name, description]) => ({ label: name + suffix, kind, description }));
}

/** What the variable or role under the cursor means. */
export function hoverBody(body: string, offset: number): { readonly span: Span; readonly word: BodyWord } | undefined {
  const start = offset - /\w*$/.exec(body.slice(0, offset))![0].length;
  const name = /^\w*/.exec(body.slice(start))![0];
  const span = { start, end: start + name.length };
  const lead = body.slice(0, start);
  if (/(^|\n)[ \t]*$/.test(lead) && /^:[ \t]*(\r?\n|$)/.test(body.slice(span.end))) {
    const word = wordsOf('role', roles).find((one) => one.label === name);
    if (word) return { span, word };
  }
  const word = wordsAfter(lead, body).find((one) => (one.kind === 'variable' || one.kind === 'field') && one.label === name);
  return word && { span, word };
}
