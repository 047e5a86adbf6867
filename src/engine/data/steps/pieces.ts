// A source cut into pieces that are worked on one by one: small files together, large ones alone, files of lines in stretches.
// A piece is what a core takes, and what is kept of a build that is interrupted.
import { open, stat } from 'node:fs/promises';
import { compressionOf } from '../read/input/decompress';
import { inputGone } from '../read/input/gone';
import { extensionOf } from '../read/records/records';
import type { PlannedFile } from '../plan/plan';

/** Bytes of the files of one piece, but for a file that cannot be cut; and most files of one. */
const pieceBytes = 1 << 24;
const mostFiles = 1000;
const scanBytes = 1 << 20;
const lineFeed = 0x0a;

/** In the order in which their records are numbered. */
export async function cutIntoPieces(files: readonly PlannedFile[]): Promise<PlannedFile[][]> {
  const pieces: PlannedFile[][] = [];
  let small: PlannedFile[] = [];
  let bytes = 0;
  const endSmall = (): void => {
    if (small.length > 0) pieces.push(small);
    small = [];
    bytes = 0;
  };
  for (const file of files) {
    const { size } = await stat(file.path).catch((error: unknown) => { throw inputGone(file, error); });
    if (bytes + size > pieceBytes || small.length >= mostFiles) endSmall();
    if (size > 1.5 * pieceBytes && await hasPlainLines(file)) {
      endSmall();
      pieces.push(...(await stretches(file, size)).map((one) => [one]));
    } else {
      small.push(file);
      bytes += size;
    }
  }
  endSmall();
  return pieces;
}

/** One record a line, as its first bytes tell: neither compressed, nor UTF-16, nor one JSON list. */
async function hasPlainLines(file: PlannedFile): Promise<boolean> {
  const isRecords = ['jsonl', 'chat', 'sharegpt', 'alpaca', 'prompt-completion'].includes(file.format);
  if (file.format !== 'lines' && !(isRecords && ['jsonl', 'ndjson'].includes(extensionOf(file.name) ?? ''))) return false;
  if (await compressionOf(file.path) !== undefined) return false;
  const handle = await open(file.path, 'r');
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(64), 0, 64, 0);
    const start = buffer.subarray(0, bytesRead);
    if ((start[0] === 0xff && start[1] === 0xfe) || (start[0] === 0xfe && start[1] === 0xff)) return false;
    return file.format === 'lines' || start.toString('utf8').replace(/^\uFEFF/, '').trimStart().startsWith('{');
  } finally {
    await handle.close();
  }
}

/** Cuts at line ends, counting the lines before each cut: places are told by line. */
async function stretches(file: PlannedFile, size: number): Promise<PlannedFile[]> {
  const found: PlannedFile[] = [];
  const handle = await open(file.path, 'r');
  try {
    const buffer = Buffer.allocUnsafe(scanBytes);
    let start = 0;
    let linesBefore = 0;
    let lines = 0;
    for (let at = 0; at < size;) {
      const { bytesRead } = await handle.read(buffer, 0, scanBytes, at);
      if (bytesRead === 0) break;
      const chunk = buffer.subarray(0, bytesRead);
      for (let end = chunk.indexOf(lineFeed); end >= 0; end = chunk.indexOf(lineFeed, end + 1)) {
        lines += 1;
        const next = at + end + 1;
        if (next - start < pieceBytes || next >= size) continue;
        found.push({ ...file, range: { start, end: next, linesBefore } });
        start = next;
        linesBefore = lines;
      }
      at += bytesRead;
    }
    found.push({ ...file, range: { start, end: size, linesBefore } });
    return found;
  } finally {
    await handle.close();
  }
}
