// Prompt, choices and gold answer of a record, as lm-evaluation-harness reads them (lm_eval/api/task.py, doc_to_text,
// doc_to_choice, doc_to_target): a text that is a field's name means that field, anything else is a template.
import type { TaskConfig } from './schema';
import { HarnessTemplate, RecordError } from './template';

export type TaskDocument = Readonly<Record<string, unknown>>;

export interface TaskFields {
  text(document: TaskDocument): string;
  choices(document: TaskDocument): string[];
  /** Index into the choices, or the text of one. */
  target(document: TaskDocument): string | number;
  description(document: TaskDocument): string;
}

/** Compiles the templates of a task. Throws a TemplateSyntaxError naming the key. */
export function compileFields(config: TaskConfig): TaskFields {
  const text = fieldOrTemplate('doc_to_text', config.doc_to_text);
  const description = fieldOrTemplate('description', config.description);
  const choices = compileChoices(config.doc_to_choice);
  const target = compileTarget(config.doc_to_target);
  return {
    text: (document) => wantText(text(document), 'doc_to_text'),
    description: (document) => wantText(description(document), 'description'),
    choices: (document) => {
      const list = choices(document);
      if (list.length === 0) throw new RecordError('doc_to_choice gives no choice');
      return list.map((choice) => {
        if (typeof choice !== 'string' || choice === '') throw new RecordError('a choice is empty or not a text');
        return choice;
      });
    },
    target,
  };
}

export class TemplateSyntaxError extends Error {
  override readonly name = 'TemplateSyntaxError';
  constructor(readonly key: string, reason: string) {
    super(reason);
  }
}

function compile(key: string, source: string): HarnessTemplate {
  try {
    return new HarnessTemplate(source);
  } catch (error) {
    throw new TemplateSyntaxError(key, error instanceof Error ? error.message : String(error));
  }
}

function fieldOrTemplate(key: string, source: string): (document: TaskDocument) => unknown {
  const template = compile(key, source);
  return (document) => (Object.hasOwn(document, source) ? document[source] : template.render(document));
}

function compileChoices(source: TaskConfig['doc_to_choice']): (document: TaskDocument) => readonly unknown[] {
  if (typeof source !== 'string') {
    const fixed = Array.isArray(source) ? source : Object.values(source);
    return () => fixed;
  }
  const template = compile('doc_to_choice', source);
  return (document) => {
    if (!Object.hasOwn(document, source)) return template.list(document);
    const value = document[source];
    if (!Array.isArray(value)) throw new RecordError(`${source} is not a list`);
    return value as unknown[];
  };
}

function compileTarget(source: TaskConfig['doc_to_target']): (document: TaskDocument) => string | number {
  if (typeof source === 'number') return () => source;
  const template = compile('doc_to_target', source);
  return (document) => {
    if (Object.hasOwn(document, source)) return plainTarget(document[source], source);
    const rendered = template.render(document);
    if (rendered === '') throw new RecordError('doc_to_target is empty');
    return /^\d+$/.test(rendered) ? Number(rendered) : rendered;
  };
}

function plainTarget(value: unknown, field: string): string | number {
  if (typeof value === 'boolean') return Number(value);
  if (Number.isInteger(value) || (typeof value === 'string' && value !== '')) return value as string | number;
  throw new RecordError(`${field} is missing or neither a text nor a whole number`);
}

function wantText(value: unknown, key: string): string {
  if (typeof value === 'string') return value;
  throw new RecordError(`${key} gives no text`);
}
