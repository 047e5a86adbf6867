// Numbers of a YAML file set as a person would: only their own characters change, so that comments, order, quotes and blanks
// stay. Pure; the editor applies the result to its document.
import { type Document, isMap, isNode, isScalar, type Pair, parseDocument, type YAMLMap } from 'yaml';
import { lookUp } from '../language/tree';

export interface NumberChange {
  /** Keys and list positions from the top. */
  readonly path: readonly (string | number)[];
  readonly value: number;
}

/** Replaces the characters from `start` up to but not including `end`. */
export interface TextEdit { readonly start: number; readonly end: number; readonly text: string }

/**
 * Edits that give the numbers their values, in the order of the text. A key that its map does not have is put after the
 * map's `name`, else after its first key. Changes whose map is not there are left out.
 */
export function editNumbers(text: string, changes: readonly NumberChange[]): TextEdit[] {
  const document = parseDocument(text, { prettyErrors: false, logLevel: 'silent' });
  return changes.flatMap((change) => editNumber(document, text, change) ?? []).sort((a, b) => a.start - b.start);
}

export function applyEdits(text: string, edits: readonly TextEdit[]): string {
  let result = '';
  let at = 0;
  for (const { start, end, text: replacement } of edits) {
    result += text.slice(at, start) + replacement;
    at = end;
  }
  return result + text.slice(at);
}

function editNumber(document: Document, text: string, { path, value }: NumberChange): TextEdit | undefined {
  const found = lookUp(document, path);
  if (!found) return insertion(document, text, path, value);
  const node = found.value;
  // An alias is replaced where it stands, so that what it points to keeps its value elsewhere.
  if (node?.range && node.range[1] > node.range[0]) {
    const [start, end] = node.range;
    // What is tagged as a float is read as one only with a point.
    const number = node.tag?.endsWith(':float') === true && Number.isInteger(value) ? `${numberText(value)}.0` : numberText(value);
    return text.slice(start, end) === number ? undefined : { start, end, text: number };
  }
  // A key without a value: after its colon.
  const key = found.key?.range;
  if (!key) return undefined;
  const colon = text.indexOf(':', key[1]);
  return { start: colon + 1, end: colon + 1, text: ` ${numberText(value)}` };
}

function insertion(document: Document, text: string, path: readonly (string | number)[], value: number): TextEdit | undefined {
  const map = path.length === 1 ? document.contents : lookUp(document, path.slice(0, -1))?.value;
  const before = isMap(map) ? neighbour(map) : undefined;
  if (!isMap(map) || !before || !isNode(before.key) || !before.key.range || !isNode(before.value) || !before.value.range) return undefined;
  const entry = `${String(path.at(-1))}: ${numberText(value)}`;
  const end = before.value.range[1];
  if (map.flow === true) return { start: end, end, text: `, ${entry}` };
  const keyStart = before.key.range[0];
  const indent = ' '.repeat(keyStart - (text.lastIndexOf('\n', keyStart - 1) + 1));
  const lineEnd = /\r?\n|$/.exec(text.slice(end))!.index + end;
  return { start: lineEnd, end: lineEnd, text: `${text.includes('\r\n') ? '\r\n' : '\n'}${indent}${entry}` };
}

/** The key after which a new one is put: one on a single line. */
function neighbour(map: YAMLMap): Pair | undefined {
  const scalars = map.items.filter((pair) => isScalar(pair.value));
  return scalars.find((pair) => isScalar(pair.key) && pair.key.value === 'name') ?? scalars[0];
}

/** At most ten decimals, without an exponent. */
export function numberText(value: number): string {
  return Number.isInteger(value) ? BigInt(value).toString() : value.toFixed(10).replace(/0+$/, '');
}
