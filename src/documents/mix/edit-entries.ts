// Entries of a YAML file put in and taken out as a person would: whole lines where they stand on lines, else the characters
// between the commas. Comments that stand right above an entry, or behind it on its lines, go with it; all else stays.
import { type Document, isMap, isNode, isSeq, type Node } from 'yaml';
import { lookUp, parseTree, type Span } from '../language/tree';
import type { TextEdit } from './edit';

type Path = readonly (string | number)[];

/** Lines of an entry as YAML in block form, without indentation. */
export type EntryLines = readonly string[];

/** Takes out the entry of a map or the item of a list; undefined when it is not there. */
export function removal(text: string, path: Path): TextEdit | undefined {
  const document = parseTree(text);
  const parent = collectionAt(document, path.slice(0, -1));
  const place = parent && spansOf(parent).findIndex((span) => span.name === String(path.at(-1)));
  if (!parent || place === undefined || place < 0) return undefined;
  const spans = spansOf(parent);
  const span = spans[place]!;
  if (parent.flow === true || !isOnLinesOfItsOwn(text, span, isSeq(parent))) {
    const next = spans[place + 1];
    const before = spans[place - 1];
    if (next) return { start: span.start, end: next.start, text: '' };
    return before ? { start: before.end, end: span.end, text: '' } : { start: span.start, end: span.end, text: '' };
  }
  // The only entry: what is left is an empty map or list, said on the line of its key.
  if (spans.length === 1) return emptied(text, document, path.slice(0, -1), span, isSeq(parent) ? '[]' : '{}');
  const start = withCommentsAbove(text, lineStart(text, span.start));
  return { start, end: lineEnd(text, span.end), text: '' };
}

/** Puts an entry behind the last one of a map, or an item behind the last of a list; undefined when there is none to stand behind. */
export function insertion(text: string, path: Path, lines: EntryLines, flow: string): TextEdit | undefined {
  const document = parseTree(text);
  const parent = collectionAt(document, path);
  const spans = parent && spansOf(parent);
  const last = spans?.at(-1);
  if (!parent || !spans) return undefined;
  if (!last) {
    // `{}` and `[]`: filled where they stand.
    const [start, end] = parent.range!;
    return parent.flow === true ? { start, end, text: isSeq(parent) ? `[${flow}]` : `{ ${flow} }` } : undefined;
  }
  if (parent.flow === true || !isOnLinesOfItsOwn(text, last, isSeq(parent))) return { start: last.end, end: last.end, text: `, ${flow}` };
  const indent = indentAt(text, last.start);
  const newline = text.includes('\r\n') ? '\r\n' : '\n';
  const end = lineEnd(text, last.end);
  const block = lines.map((line) => `${indent}${line}${newline}`).join('');
  const needsBreak = end > 0 && text[end - 1] !== '\n';
  return { start: end, end, text: needsBreak ? `${newline}${block.slice(0, -newline.length)}` : block };
}

interface NamedSpan extends Span { readonly name: string }

function collectionAt(document: Document, path: Path) {
  const found = path.length === 0 ? document.contents : lookUp(document, path)?.value;
  return (isMap(found) || isSeq(found)) && found.range ? found : undefined;
}

/** Where each entry begins (its key, or the dash of an item on lines) and where its value ends, blank and comments apart. */
function spansOf(parent: NonNullable<ReturnType<typeof collectionAt>>): NamedSpan[] {
  if (isMap(parent)) {
    return parent.items.flatMap((pair) => {
      if (!isNode(pair.key) || !pair.key.range) return [];
      const value = isNode(pair.value) ? pair.value : undefined;
      const key = 'value' in pair.key ? pair.key.value : pair.key;
      return [{ name: String(key), start: pair.key.range[0], end: endOf(value) ?? pair.key.range[1] }];
    });
  }
  return parent.items.flatMap((item, index) => (isNode(item) && item.range ? [{ name: String(index), start: item.range[0], end: endOf(item)! }] : []));
}

/** Of a collection on lines, the end of its last value: its own range may reach over blank lines and comments. */
function endOf(node: Node | undefined): number | undefined {
  if (!node?.range) return undefined;
  if ((isMap(node) || isSeq(node)) && node.flow !== true && node.items.length > 0) return spansOf(node).at(-1)?.end ?? node.range[1];
  return node.range[1];
}

/** Nothing but blank before it, and the dash of an item; nothing but a comment behind. */
function isOnLinesOfItsOwn(text: string, { start, end }: Span, isItem: boolean): boolean {
  const before = text.slice(lineStart(text, start), start);
  return (isItem ? /^[ \t]*-[ \t]+$/ : /^[ \t]*$/).test(before) && /^[ \t]*(?:#.*)?\r?(?:\n|$)/.test(text.slice(end));
}

function lineStart(text: string, offset: number): number {
  return text.lastIndexOf('\n', offset - 1) + 1;
}

/** Behind the line's end. A block scalar's value ends behind its own already. */
function lineEnd(text: string, offset: number): number {
  if (offset > 0 && text[offset - 1] === '\n') return offset;
  const next = text.indexOf('\n', offset);
  return next < 0 ? text.length : next + 1;
}

/** The blank before the entry on its line; of an item, that before its dash. */
function indentAt(text: string, offset: number): string {
  return /^[ \t]*/.exec(text.slice(lineStart(text, offset), offset))![0];
}

/** Comment lines right above that are indented alike. */
function withCommentsAbove(text: string, start: number): number {
  const indent = /^[ \t]*/.exec(text.slice(start))![0];
  let from = start;
  while (from > 0) {
    const above = lineStart(text, from - 1);
    const line = text.slice(above, from);
    if (!line.startsWith(`${indent}#`)) break;
    from = above;
  }
  return from;
}

function emptied(text: string, document: Document, path: Path, span: Span, empty: string): TextEdit | undefined {
  const key = lookUp(document, path)?.key?.range;
  if (!key) return undefined;
  const colon = text.indexOf(':', key[1]);
  const end = lineEnd(text, span.end);
  return { start: colon + 1, end: text[end - 1] === '\n' ? end - (text[end - 2] === '\r' ? 2 : 1) : end, text: ` ${empty}` };
}
