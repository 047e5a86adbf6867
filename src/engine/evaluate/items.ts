// From the records of a task to what is scored: the context, the continuations, and which of them is right. The context
// is put together as lm-evaluation-harness does (fewshot_context and build_qa_turn in lm_eval/api/task.py).
import { userError, type Problem } from '../../base/errors/problem';
import { documentHash, loadSplit, type SourcedDocument } from './documents';
import { chatPrompt, joinDelimited, plainPrompt, type PromptMessage } from './prompt/messages';
import type { PromptSettings } from './prompt/settings';
import { openShots } from './prompt/shots';
import { rotateDocument } from './rotate';
import type { TaskDocument } from './task/fields';
import { RecordError } from './task/template';
import type { Task } from './task/task';

export interface Item {
  /** Position among the scored split's records, from 0. */
  readonly docId: number;
  readonly document: TaskDocument;
  readonly docHash: string;
  readonly context: string;
  readonly choices: readonly string[];
  /** What is scored after the context: the delimiter and the choice. */
  readonly continuations: readonly string[];
  /** As doc_to_target gives it. */
  readonly target: string | number;
  /** Index of the right choice; undefined when the target is none of them, which scores wrong. */
  readonly gold: number | undefined;
}

export interface PreparedItems {
  readonly items: readonly Item[];
  /** Examples before each question. */
  readonly fewshotCount: number;
  /** Records of the scored split that could be read, before `limit`. */
  readonly originalCount: number;
  /** Records that are not scored, each with its reason. */
  readonly setAside: readonly Problem[];
  /** Records whose gold answer is none of the choices. */
  readonly warnings: readonly Problem[];
  /** What else the user should know of the prompts. */
  readonly notices: readonly Problem[];
}

/**
 * @param limit first records only.
 * @param rotateBy places the options are moved on by; questions with fewer options are left out.
 */
export async function prepareItems(task: Task, limit?: number, settings: PromptSettings = {}, rotateBy = 0): Promise<PreparedItems> {
  const loaded = await loadSplit(task, task.scoredSplit);
  const setAside: Problem[] = [...loaded.setAside];
  const warnings: Problem[] = [];
  const items: Item[] = [];
  const shots = await openShots(task, settings);
  let systemLeftOut = false;
  for (const [docId, source] of loaded.documents.slice(0, limit).entries()) {
    const docHash = documentHash(source.document);
    const examples = shots.next(docHash);
    try {
      const document = rotateBy === 0 ? source.document : rotateDocument(source.document, rotateBy);
      if (!document) continue;
      const context = makeContext(task, document, examples, settings);
      const item = makeItem(task, document, { docId, docHash: rotateBy === 0 ? docHash : documentHash(document), context: context.text }, settings);
      systemLeftOut ||= context.systemLeftOut;
      if (item.gold === undefined) warnings.push(goldOutsideChoices(source));
      items.push(item);
    } catch (error) {
      if (!(error instanceof RecordError)) throw error;
      setAside.push({ code: 'question-not-usable', severity: 'warning', ...placeOf(source), message: `${error.message}; set aside`, next: 'Mend or remove the record.' });
    }
  }
  if (items.length === 0) throw withoutQuestions(task, setAside);
  const notices = [...shots.warnings, ...(systemLeftOut ? [systemRoleRefused(task)] : [])];
  return { items, fewshotCount: shots.count, originalCount: loaded.documents.length, setAside, warnings, notices };
}

function withoutQuestions(task: Task, setAside: readonly Problem[]): Error {
  const reason = setAside.find((problem) => problem.code === 'question-not-usable') ?? setAside[0];
  return userError({
    code: 'task-without-questions', file: task.file, message: `no question of ${task.name} can be scored${reason ? `: ${reason.file ?? ''}:${reason.line ?? reason.key ?? ''} ${reason.message}` : ''}`,
    next: 'Compare the fields that doc_to_text, doc_to_choice and doc_to_target name with those of the question file.',
  });
}

/** System instruction and description, the examples, the question; everything before the answer. */
function makeContext(task: Task, document: TaskDocument, examples: readonly TaskDocument[], settings: PromptSettings): { text: string; systemLeftOut: boolean } {
  const { fields, config } = task;
  const system = joinDelimited(settings.systemInstruction ?? '', fields.description(document), config.fewshot_delimiter);
  const messages: PromptMessage[] = [
    ...(system === '' ? [] : [{ role: 'system', content: system, delimiter: '' } as const]),
    ...examples.flatMap((example) => exampleTurns(task, example)),
    { role: 'user', content: fields.text(document), delimiter: '' },
  ];
  return settings.chat ? chatPrompt(messages, settings.chat) : { text: plainPrompt(messages), systemLeftOut: false };
}

function exampleTurns({ shots }: Task, example: TaskDocument): PromptMessage[] {
  const target = shots.fields.target(example);
  const answer = typeof target === 'number' ? shots.fields.choices(example).at(target) : target;
  if (answer === undefined) throw new RecordError('the answer of a few-shot example is none of its choices');
  return [
    { role: 'user', content: shots.fields.text(example), delimiter: shots.targetDelimiter },
    { role: 'assistant', content: answer, delimiter: shots.fewshotDelimiter },
  ];
}

type ItemStart = Pick<Item, 'docId' | 'docHash' | 'context'>;

function makeItem(task: Task, document: TaskDocument, start: ItemStart, settings: PromptSettings): Item {
  const { fields, config } = task;
  const choices = fields.choices(document);
  const target = fields.target(document);
  // A chat template ends where the answer begins.
  const delimiter = settings.chat ? '' : config.target_delimiter;
  return { ...start, document, choices, continuations: choices.map((choice) => delimiter + choice), target, gold: goldIndex(target, choices) };
}

function goldIndex(target: string | number, choices: readonly string[]): number | undefined {
  const index = typeof target === 'number' ? target : choices.indexOf(target);
  return index >= 0 && index < choices.length ? index : undefined;
}

function systemRoleRefused(task: Task): Problem {
  return {
    code: 'chat-system-role-refused', severity: 'warning', file: task.file,
    message: "the model's chat template takes no system message: the system instruction and the task's description are left out, as in lm-evaluation-harness", next: 'Put what they say into doc_to_text.',
  };
}

function goldOutsideChoices(source: SourcedDocument): Problem {
  return { code: 'gold-outside-choices', severity: 'warning', ...placeOf(source), message: 'the right answer is none of the choices; scored as wrong', next: 'Correct the record.' };
}

function placeOf(source: SourcedDocument): { file: string; line?: number; key?: string } {
  return { file: source.file, ...(source.line === undefined ? {} : { line: source.line }), ...(source.key === undefined ? {} : { key: source.key }) };
}
