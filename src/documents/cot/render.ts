// The Jinja body of a .cot file to chat messages.
import { userError } from '../../base/errors/problem';
import { compileTemplate, renderTemplate, templateVariables } from '../common/jinja';
import { sealRoles, splitAtSeals, type ChatMessage } from './roles';
import { answerForm, strategyOf, type StrategyName } from './strategy';

export type { ChatMessage, ChatRole } from './roles';
export type { StrategyName } from './strategy';

export interface AnswerOption { readonly letter: string; readonly text: string }

/** A solved question shown before the one that is asked. */
export interface CotExample {
  readonly question: string;
  readonly options: readonly AnswerOption[];
  /** Letter of the right option. */
  readonly answer: string;
  readonly reasoning?: string;
  /** The whole answer as the model would have given it. */
  readonly reply: string;
}

/** What a body may name; its `strategy` is the form of the answer alone: direct, chain-of-thought or self-consistency. */
export interface CotVariables {
  readonly question: string;
  readonly options: readonly AnswerOption[];
  readonly strategy: StrategyName;
  readonly examples: readonly CotExample[];
}
export const cotVariableNames: readonly (keyof CotVariables)[] = ['question', 'options', 'strategy', 'examples'];

/**
 * Renders a body. Without any role marker the whole body is one user message; empty messages are left out and the
 * blank around each is trimmed. Solved questions that the body does not place itself come as turns of the conversation,
 * each asked as the last one is. Throws a user error when the template fails or the last message is not the user's.
 */
export function renderCot(body: string, variables: CotVariables, file?: string): ChatMessage[] {
  const messages = renderMessages(body, variables, file);
  if (variables.examples.length === 0 || templateVariables(compileTemplate(body)).includes('examples')) return messages;
  const turns = variables.examples.flatMap((example): ChatMessage[] => {
    const asked = renderMessages(body, { ...variables, question: example.question, options: example.options, examples: [] }, file);
    return [asked.at(-1)!, { role: 'assistant', content: example.reply }];
  });
  return [...messages.slice(0, -1), ...turns, messages.at(-1)!];
}

function renderMessages(body: string, variables: CotVariables, file: string | undefined): ChatMessage[] {
  const seal = unusedSeal(body, variables);
  const sealed = sealRoles(body, seal);
  const place = file === undefined ? {} : { file };
  let rendered: string;
  try {
    rendered = renderTemplate(compileTemplate(sealed), { ...variables, strategy: answerForm(strategyOf(variables.strategy)) });
  } catch (error) {
    throw userError({
      code: 'cot-render', message: `the body does not render: ${error instanceof Error ? error.message : String(error)}`, ...place,
      next: 'Correct the template; it may use question, options (letter, text), strategy and examples.',
    });
  }
  const sections = splitAtSeals(rendered, seal).filter((section) => section.content !== '');
  if (sections.length > 1 && sections[0]!.role === undefined) {
    throw userError({ code: 'cot-text-before-role', message: 'text stands before the first role', ...place, next: 'Put it under system:, user: or assistant:.' });
  }
  const messages = sections.map((section) => ({ role: section.role ?? 'user', content: section.content }));
  if (messages.at(-1)?.role !== 'user') {
    throw userError({
      code: 'cot-last-role', message: messages.length === 0 ? 'the body renders to nothing' : 'the last message is not the user\'s', ...place,
      next: 'End the body with a user: section that asks the question.',
    });
  }
  return messages;
}

/** A run of private-use characters that neither the body nor any variable contains. */
function unusedSeal(body: string, variables: CotVariables): string {
  const texts = body + JSON.stringify(variables);
  let seal = '\uE000';
  while (texts.includes(seal)) seal += '\uE000';
  return `${seal}\uE001`;
}
