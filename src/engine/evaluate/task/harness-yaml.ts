// Reads YAML as lm-evaluation-harness does (lm_eval/tasks, load_yaml): version 1.1, `include` of another file whose keys
// the file's own override, and `!function` where the function is known.
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { UserError, userError } from '../../../base/errors/problem';
import { parseYaml } from '../../../documents/common/parse-yaml';
import { functionTag, unknownFunction } from '../known/functions';

const loose = z.looseObject({ include: z.union([z.string(), z.array(z.string())]).optional() });

/**
 * Throws a UserError that names file, line and key.
 * @param overrides values in place of the file's own.
 * @param including files this one is included from.
 */
export async function readHarnessYaml<S extends z.ZodType>(file: string, schema: S, overrides: Readonly<Record<string, unknown>> = {}, including: readonly string[] = []): Promise<z.infer<S>> {
  if (including.includes(file)) throw userError({ code: 'task-include-circle', file, key: 'include', message: 'this file includes itself', next: 'Remove one of the includes.' });
  const text = await readText(file);
  const unknown = unknownFunction(text);
  if (unknown) {
    throw userError({
      code: 'task-needs-python', file, line: unknown.line, value: unknown.name, message: 'this task calls a Python function that is not known here',
      next: 'Write the prompt as a Jinja template instead; the tasks that come with Preclinical show how.',
    });
  }
  const python = { tags: [functionTag] };
  const { include } = demand(parseYaml(text, file, loose, { python }), file);
  const defaults: Record<string, unknown> = {};
  for (const one of [include ?? []].flat()) Object.assign(defaults, await readHarnessYaml(path.resolve(path.dirname(file), one), loose, {}, [...including, file]));
  delete defaults['include'];
  return demand(parseYaml(text, file, schema, { python, defaults, overrides, without: ['include'] }), file);
}

function demand<T>({ document, problems }: { readonly document: T | undefined; readonly problems: UserError['problems'] }, file: string): T {
  const [first, ...rest] = problems;
  if (document !== undefined) return document;
  throw first ? new UserError(first, ...rest) : new Error(`${file} gave neither a document nor a problem.`);
}

async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw userError({ code: 'task-not-readable', file, message: (error as Error).message, next: 'Check the path of the task file.' });
  }
}
