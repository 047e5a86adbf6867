// A line for each file of a model that is downloaded, and every now and then how far it is.
import { formatBytes } from '../../../base/text/bytes';
import { sparseProgress, type OnProgress } from '../../hub';

/** Writes to the error stream, so that `--json` stays JSON. */
export function downloadProgress(): OnProgress {
  return sparseProgress((file, doneBytes, totalBytes) => { process.stderr.write(`${describeDownload(file, doneBytes, totalBytes)}\n`); });
}

export function describeDownload(file: string, doneBytes: number, totalBytes: number): string {
  return `Downloading ${file}: ${formatBytes(doneBytes)} of ${formatBytes(totalBytes)}`;
}
