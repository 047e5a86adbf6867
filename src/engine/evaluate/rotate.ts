// The same questions with their options moved on in a circle, to see whether a model chooses an option or a place. Known
// are the forms in which the clinical data sets keep their options; the letters stay where they are.
import type { Problem } from '../../base/errors/problem';
import type { Item } from './items';
import type { TaskDocument } from './task/fields';
import type { Task } from './task/task';

/**
 * Option i of the result is option i + by of the document, in a circle, and the right answer moves with its option.
 * Undefined for fewer options than that, and for records whose options are in no form known here.
 */
export function rotateDocument(document: TaskDocument, by: number): TaskDocument | undefined {
  const { options, choices, answer_idx: letter, answer } = document;
  if (isObject(options) && typeof letter === 'string') {
    const letters = Object.keys(options);
    const gold = letters.indexOf(letter);
    const moved = rotated(Object.values(options), by);
    return moved && gold >= 0 ? { ...document, options: Object.fromEntries(letters.map((one, index) => [one, moved[index]])), answer_idx: letters[place(gold, by, letters.length)] } : undefined;
  }
  if (Array.isArray(choices) && typeof answer === 'number') {
    const moved = rotated(choices as readonly unknown[], by);
    return moved && { ...document, choices: moved, answer: place(answer, by, choices.length) };
  }
  return rotateColumns(document, ['ending0', 'ending1', 'ending2', 'ending3'], 'label', by) ?? rotateColumns(document, ['opa', 'opb', 'opc', 'opd'], 'cop', by);
}

/** Options in a column each, and the right one's number, from 0. */
function rotateColumns(document: TaskDocument, columns: readonly string[], target: string, by: number): TaskDocument | undefined {
  const gold = document[target];
  const moved = rotated(columns.map((name) => document[name]), by);
  if (!moved || typeof gold !== 'number' || columns.some((name) => document[name] === undefined)) return undefined;
  return { ...document, ...Object.fromEntries(columns.map((name, index) => [name, moved[index]])), [target]: place(gold, by, columns.length) };
}

function rotated<T>(list: readonly T[], by: number): T[] | undefined {
  return by < list.length ? [...list.slice(by), ...list.slice(0, by)] : undefined;
}

function place(gold: number, by: number, count: number): number {
  return (gold - by + count) % count;
}

/** Whether every prompt changes when the options are moved on, while the answers stay what they are called. */
export function canRotate(task: Task, items: readonly Item[]): boolean {
  return items.every(({ document, choices, gold }) => {
    const other = rotateDocument(document, 1);
    if (!other || gold === undefined) return other !== undefined;
    const [text, letters, target] = [task.fields.text(other), task.fields.choices(other), task.fields.target(other)];
    const moved = typeof target === 'number' ? target : letters.indexOf(target);
    return moved === place(gold, 1, choices.length) && letters.every((letter, index) => letter === choices[index]) && text !== task.fields.text(document);
  });
}

export function rotatedTask(task: Task, by: number): Task {
  const name = `${task.name}_rotated_${by}`;
  return { ...task, name, config: { ...task.config, task: name, task_alias: name, metadata: { ...task.config.metadata, option_rotation: { of: task.name, by } } } };
}

export function optionsNotRotated(task: Task): Problem {
  return {
    code: 'options-not-rotated', severity: 'warning', file: task.file,
    message: 'its options are asked in one order only: their order does not show in the prompt, or they are in no form known here', next: 'Keep options by letter with answer_idx, as a list `choices` with `answer`, or in columns as MedQA and MedMCQA have them.',
  };
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
