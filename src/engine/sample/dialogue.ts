// Instruction dialogues in Hugging Face's chat form, and the two forms a question takes in them.
import { optionLetters } from './clinical/options';

export interface Turn { readonly question: string; readonly answer: string }

export interface Dialogue {
  readonly messages: readonly { readonly role: 'user' | 'assistant'; readonly content: string }[];
  /** clinical or general; short (answer in words), letter (four options) or turns (several questions). */
  readonly topic: string;
}

export function toDialogue(topic: string, turns: readonly Turn[]): Dialogue {
  return {
    messages: turns.flatMap(({ question, answer }) => [
      { role: 'user' as const, content: question },
      { role: 'assistant' as const, content: answer },
    ]),
    topic,
  };
}

/** The question as MedQA is asked by lm-evaluation-harness: a line an option, the letter is the answer. */
export function letterTurn(question: string, options: Readonly<Record<string, string>>, letter: string): Turn {
  return { question: [question, ...optionLetters.map((one) => `${one}. ${options[one] ?? ''}`)].join('\n'), answer: letter };
}

export function dialogueText(dialogue: Dialogue): string {
  return dialogue.messages.map((message) => message.content).join('\n');
}

const turnsPerConversation = 3;
/** Keeps a conversation within one training sequence. */
const charactersPerConversation = 170;

/** Turns in their order, a few to a conversation: several questions in one row cost little more than one. */
export function intoConversations(turns: readonly Turn[]): Turn[][] {
  const conversations: Turn[][] = [];
  let characters = 0;
  for (const turn of turns) {
    const length = turn.question.length + turn.answer.length;
    const last = conversations.at(-1);
    if (last && last.length < turnsPerConversation && characters + length <= charactersPerConversation) {
      last.push(turn);
      characters += length;
    } else {
      conversations.push([turn]);
      characters = length;
    }
  }
  return conversations;
}
