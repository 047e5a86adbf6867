// Errors of the file system that a user can mend: said as a problem with a next step instead of a stack.
import { type UserError, userError } from '../../base/errors/problem';
import { errorCode } from './retry';

const fullCodes: Readonly<Record<string, string>> = {
  ENOSPC: 'The disk is full',
  EDQUOT: 'The disk quota is used up',
  EFBIG: 'A file reached the size limit of this process (ulimit -f)',
};

/** A user error when `error` says there is no room to write. */
export function diskFullError(error: unknown, next = 'Free some space, then resume the job: it goes on from its last checkpoint.'): UserError | undefined {
  const message = fullCodes[errorCode(error) ?? ''];
  if (message === undefined) return undefined;
  const place = error instanceof Error && 'path' in error && typeof error.path === 'string' ? { file: error.path } : {};
  return userError({
    code: 'disk-full', ...place, message: `${message}; everything finished before is kept.`,
    next,
  });
}
