// A line for each file of a model that is downloaded, and every now and then how far it is.
import { formatBytes } from '../../../base/text/bytes';
import type { OnProgress } from '../../hub';

const stepFraction = 0.05;

/** Writes to the error stream, so that `--json` stays JSON. */
export function downloadProgress(): OnProgress {
  const shown = new Map<string, number>();
  return (file, doneBytes, totalBytes) => {
    const fraction = totalBytes === 0 ? 1 : doneBytes / totalBytes;
    const before = shown.get(file);
    if (before !== undefined && fraction < 1 && fraction - before < stepFraction) return;
    shown.set(file, fraction);
    process.stderr.write(`Downloading ${file}: ${formatBytes(doneBytes)} of ${formatBytes(totalBytes)}\n`);
  };
}
