// What every verb needs of its command line: the workspace root, file arguments, and --set values.
import path from 'node:path';
import type { Command } from 'commander';
import { parse as parseYaml } from 'yaml';
import { userError } from '../../base/errors/problem';
import { tableFormats, type TableFormat } from '../../base/text/tables';
import { findRoot } from '../../runs/root';

/** `--root`, else the nearest folder with .preclinical, else the Git root, else the current folder. */
export function rootOf(command: Command): string {
  const { root } = command.optsWithGlobals<{ root?: string }>();
  return root === undefined ? findRoot(process.cwd()) : path.resolve(root);
}

export function fileArgument(file: string): string {
  return path.resolve(file);
}

/** Reads an option's value that counts something. */
export function wholeNumber(option: string): (text: string) => number {
  return (text) => {
    if (/^\d{1,15}$/.test(text)) return Number(text);
    throw userError({ code: 'option-not-a-number', key: option, value: text, message: 'a whole number is wanted', next: `Write for example ${option} 5.` });
  };
}

/** Reads `--format`. */
export function tableFormat(text: string): TableFormat {
  const format = tableFormats.find((one) => one === text);
  if (format !== undefined) return format;
  throw userError({ code: 'option-unknown-format', key: '--format', value: text, message: 'there is no such format', next: `Choose one of: ${tableFormats.join(', ')}.` });
}

/** Collects `--set key=value`; the value is read as YAML, so that 3 is a number and true a boolean. */
export function collectOverride(text: string, previous: Record<string, unknown>): Record<string, unknown> {
  const at = text.indexOf('=');
  if (at <= 0) {
    throw userError({ code: 'set-form', key: '--set', value: text, message: 'a value is set as key=value', next: 'Write for example --set optimiser.learningRate=0.001.' });
  }
  return { ...previous, [text.slice(0, at)]: parseYaml(text.slice(at + 1)) as unknown };
}

export const setOption = ['--set <key=value>', 'replace a value of the file; recorded with the job; may be repeated', collectOverride, {}] as const;
