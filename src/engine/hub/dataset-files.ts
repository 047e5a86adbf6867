// Which files of a data set hold which split: as its card says (README.md, `configs`), else by the names of files and
// folders, as the datasets library guesses it.
import { parseDocument } from 'yaml';

const readable = /\.(parquet|jsonl|json|csv)$/i;
const splitNames: Readonly<Record<string, string>> = { train: 'train', training: 'train', validation: 'validation', valid: 'validation', dev: 'validation', val: 'validation', test: 'test', testing: 'test' };

/**
 * Files by split, each in the order of their names.
 * @param name one of several parts the data set has; its only or default one when left out.
 * @param card text of README.md.
 */
export function splitFiles(files: readonly string[], name: string | undefined, card: string | undefined): Map<string, string[]> {
  const usable = files.filter((file) => readable.test(file) && !file.split('/').some((part) => part.startsWith('.'))).sort();
  return saidByCard(usable, name, card) ?? guessed(usable, name);
}

interface CardConfig { readonly config_name?: unknown; readonly data_files?: unknown; readonly default?: unknown }

function saidByCard(files: readonly string[], name: string | undefined, card: string | undefined): Map<string, string[]> | undefined {
  const [, front] = /^---\r?\n([\s\S]*?)\r?\n---/.exec(card ?? '') ?? [];
  if (front === undefined) return undefined;
  const { configs } = (parseDocument(front).toJS() ?? {}) as { readonly configs?: unknown };
  const list = (Array.isArray(configs) ? configs : []) as readonly (CardConfig | null)[];
  const config = name === undefined ? list.find((one) => one?.default === true || one?.config_name === 'default') ?? list[0] : list.find((one) => one?.config_name === name);
  if (config?.data_files === undefined) return undefined;
  const entries = typeof config.data_files === 'string' ? [{ split: 'train', path: config.data_files }] : config.data_files as unknown;
  const splits = new Map<string, string[]>();
  for (const entry of Array.isArray(entries) ? entries as readonly ({ readonly split?: unknown; readonly path?: unknown } | null)[] : []) {
    const patterns = [entry?.path].flat().filter((one) => typeof one === 'string').map(globPattern);
    const found = files.filter((file) => patterns.some((pattern) => pattern.test(file)));
    if (typeof entry?.split === 'string' && found.length > 0) splits.set(entry.split, found);
  }
  return splits.size > 0 ? splits : undefined;
}

function guessed(files: readonly string[], name: string | undefined): Map<string, string[]> {
  const own = name === undefined ? [] : files.filter((file) => file.startsWith(`${name}/`));
  const splits = new Map<string, string[]>();
  for (const file of own.length > 0 ? own : files) {
    // What is nearest to the end of the path says it.
    const words = file.replace(readable, '').toLowerCase().split(/[/_.-]/).reverse();
    const split = words.map((word) => (Object.hasOwn(splitNames, word) ? splitNames[word] : undefined)).find((one) => one !== undefined);
    if (split !== undefined) splits.set(split, [...splits.get(split) ?? [], file]);
  }
  return splits;
}

const globParts: Readonly<Record<string, string>> = { '**/': '(?:.*/)?', '**': '.*', '*': '[^/]*', '?': '[^/]' };

/** `*` within a folder, `**` over folders, `?` one character. */
function globPattern(glob: string): RegExp {
  return new RegExp(`^${glob.replace(/\*\*\/|\*\*|[*?]|[.+^${}()|[\]\\]/g, (part) => globParts[part] ?? `\\${part}`)}$`);
}
