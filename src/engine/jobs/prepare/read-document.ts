// Reads one of the user's files and throws every problem of it as one UserError.
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { UserError, userError } from '../../../base/errors/problem';
import type { Parsed } from '../../../documents/common/parse-yaml';

/** Text of a user's file; `file` is absolute, problems name it relative to the root. */
export async function readDocumentText(root: string, file: string, code: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    const reason = (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'there is no such file' : (error as Error).message;
    throw userError({ code, file: path.relative(root, file) || file, message: reason, next: 'Check the path; it is relative to the file that names it.' });
  }
}

/** The document, or a UserError with every problem found. */
export function demandDocument<T>(parsed: Parsed<T>): T {
  if (parsed.document !== undefined) return parsed.document;
  const errors = parsed.problems.filter((problem) => problem.severity === 'error');
  const [first, ...rest] = errors;
  if (!first) throw new Error('A document without problems must be there.');
  throw new UserError(first, ...rest);
}
