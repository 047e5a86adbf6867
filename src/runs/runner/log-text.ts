// Words of the job itself for log.txt, which standard error points to.
import { writeSync } from 'node:fs';

export function writeLogText(text: string): void {
  try {
    writeSync(2, `${text}\n`);
  } catch {
    // The disk is full or the terminal is gone: there is nobody left to tell.
  }
}
