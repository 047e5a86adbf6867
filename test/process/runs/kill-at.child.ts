// Loaded into a job's process before its program (--import): ends it with kill -9 right before its Nth change of the
// file system, or in the middle of that change when it is a write. Counts all of them into KILL_COUNT_FILE when N is 0.
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { isMainThread } from 'node:worker_threads';

const killAt = Number(process.env['KILL_AT'] ?? 0);
const countFile = process.env['KILL_COUNT_FILE'];
let changes = 0;

type Change = (...args: never[]) => unknown;
const synchronous = ['openSync', 'writeSync', 'fsyncSync', 'renameSync', 'linkSync', 'rmSync', 'ftruncateSync', 'mkdirSync', 'utimesSync', 'writeFileSync'] as const;
const asynchronous = ['open', 'rename', 'rm', 'mkdir', 'writeFile'] as const;

function wrap(owner: object, name: string): void {
  const original = (owner as Record<string, Change>)[name]!;
  (owner as Record<string, Change>)[name] = (...args) => {
    changes += 1;
    if (changes === killAt) {
      if (name === 'writeSync') writeHalf(args);
      process.kill(process.pid, 'SIGKILL');
    }
    return original.apply(owner, args);
  };
}

function writeHalf([fd, data, offset, length, position]: readonly unknown[]): void {
  if (!Buffer.isBuffer(data)) return;
  originalWrite(fd as number, data, offset as number, Math.floor((length as number) / 2), position as number | null);
}

const originalWrite = fs.writeSync.bind(fs) as (fd: number, data: Buffer, offset: number, length: number, position: number | null) => number;
const originalWriteFile = fs.writeFileSync.bind(fs);

if (isMainThread) {
  for (const name of synchronous) wrap(fs, name);
  for (const name of asynchronous) wrap(fs.promises, name);
  syncBuiltinESMExports();
  if (countFile !== undefined) process.on('exit', () => { originalWriteFile(countFile, String(changes)); });
}
