// Lines of JSON that a step wrote, read back one by one. Reads block: these are files of this machine's own cache.
import { closeSync, openSync, readSync } from 'node:fs';

const readBytes = 1 << 18;
const lineFeed = 0x0a;

export function* readJsonLinesFile<T>(file: string): Generator<T> {
  const fd = openSync(file, 'r');
  try {
    let rest: Buffer[] = [];
    for (;;) {
      const chunk = Buffer.allocUnsafe(readBytes);
      const length = readSync(fd, chunk, 0, readBytes, null);
      if (length === 0) break;
      let start = 0;
      for (let end = chunk.indexOf(lineFeed); end >= 0 && end < length; end = chunk.indexOf(lineFeed, start)) {
        const line = chunk.subarray(start, end);
        yield JSON.parse((rest.length > 0 ? Buffer.concat([...rest, line]) : line).toString('utf8')) as T;
        rest = [];
        start = end + 1;
      }
      if (start < length) rest.push(chunk.subarray(start, length));
    }
  } finally {
    closeSync(fd);
  }
}
