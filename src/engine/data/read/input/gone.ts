// A file that was there when the mix was planned and cannot be read now. Not a record to set aside: the mix is named by
// the content of its files, and without this one it would be another mix.
import { userError } from '../../../../base/errors/problem';
import type { InputFile } from '../document';

export function inputGone(file: InputFile, error: unknown): Error {
  const code = (error as NodeJS.ErrnoException).code;
  if (code === undefined) return error as Error;
  return userError({
    code: 'input-unreadable', file: file.name,
    message: code === 'ENOENT' ? 'this file was there a moment ago and is gone' : `this file cannot be read (${code})`,
    next: 'Put it back or mend its permissions, and build again.',
  });
}

/** Of a file that is not what it was when the mix was named by its content. */
export function inputChanged(file: InputFile): Error {
  return userError({ code: 'input-changed', file: file.name, message: 'this file was changed while the mix was built', next: 'Build again once nothing writes to it.' });
}

/** Passes on what `read` gives, and says of which file a failure of the disk is. */
export async function* sayingWhichFile<T>(file: InputFile, read: AsyncIterable<T>): AsyncGenerator<T> {
  try {
    yield* read;
  } catch (error) {
    throw inputGone(file, error);
  }
}
