// Where results lie and how values are spelled, as lm-evaluation-harness writes them
// (lm_eval/loggers/evaluation_tracker.py, lm_eval/utils.py).
import path from 'node:path';

export function resultsFolder(jobFolder: string): string {
  return path.join(jobFolder, 'results');
}

/** A model's name as a folder's. */
export function sanitiseModelName(name: string): string {
  return name.replace(/["<>:/|\\?*[\]]+/g, '__');
}

export function resultFileName(time: string): string {
  return `results_${time}.json`;
}

/** `2024-09-23T10-11-12.123Z`: sorts by time and is a legal file name everywhere. */
export function fileTime(wallMs: number): string {
  return new Date(wallMs).toISOString().replaceAll(':', '-');
}

/** A number as Python's str: whole numbers keep `.0`. */
export function pythonFloat(value: number): string {
  return Number.isInteger(value) ? `${value}.0` : Number.isFinite(value) ? String(value) : value > 0 ? 'inf' : '-inf';
}
