// Why reading a file ended before its end. What was read until then counts; the rest is set aside at this place.
import { badRecord, type BadRecord, type InputFile } from '../document';

export class InputFailure extends Error {
  /**
   * @param reason kebab case; what is counted
   * @param offset byte of the decompressed file from which on nothing can be used
   */
  constructor(readonly reason: string, readonly offset: number, message: string, readonly line?: number) {
    super(message);
  }
}

/** Everything from the failure on, as one bad record; any other error is thrown again. */
export function setAsideFrom(file: InputFile, error: unknown): BadRecord {
  if (!(error instanceof InputFailure)) throw error;
  return badRecord(error.reason, { file: file.name, offset: error.offset, ...(error.line === undefined ? {} : { line: error.line }) }, error.message);
}
