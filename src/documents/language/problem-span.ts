// Where in the text a problem is to be marked: the key or value at fault, never more.
import { isCollection, isScalar, visit, type Document, type Node } from 'yaml';
import type { Problem } from '../../base/errors/problem';
import { yamlPart, type FileKind, type FilePart } from './kinds';
import { lookUp, parseTree, spanOf, type Span } from './tree';

/** One span for each problem, in their order. */
export function problemSpans(kind: FileKind, text: string, problems: readonly Problem[]): Span[] {
  if (problems.length === 0) return [];
  const part = yamlPart(kind, text);
  const yaml = part && { ...part, tree: parseTree(part.text) };
  return problems.map((problem) => problemSpan(text, yaml, problem));
}

interface Yaml extends FilePart { readonly tree: Document }

function problemSpan(text: string, part: Yaml | undefined, problem: Problem): Span {
  const line = lineSpan(text, problem.line ?? 1);
  if (problem.key === undefined || problem.code.startsWith('yaml-')) return fromColumn(text, line, problem.column);
  if (part && line.start < part.start + part.text.length) {
    const span = keySpan(part, problem);
    if (span) return { start: span.start + part.start, end: span.end + part.start };
    return fromColumn(text, line, problem.column);
  }
  return wordSpan(text, line, problem.key) ?? fromColumn(text, line, undefined);
}

/** The place of a problem's key; when a key is missing, that of the map that lacks it. */
function keySpan({ text: yaml, tree: document }: Yaml, problem: Problem): Span | undefined {
  const path = problem.key!.split('.');
  if (problem.code === 'missing-key') return markNode(lookUp(document, path.slice(0, -1))?.key, yaml);
  for (let length = path.length; length > 0; length--) {
    const found = lookUp(document, path.slice(0, length));
    if (!found) continue;
    const { key, value } = found;
    if (problem.code === 'unknown-key' && key) return markNode(key, yaml);
    if (isScalar(value) && length === path.length) return markNode(value, yaml);
    return markNode(named(value, problem.value) ?? key ?? value, yaml);
  }
  return undefined;
}

/** Within a list or map, the scalar that holds the value at fault. */
function named(value: Node | undefined, text: string | undefined): Node | undefined {
  if (!isCollection(value) || text === undefined) return undefined;
  let found: Node | undefined;
  visit(value, {
    Scalar(key, node) {
      if (key === 'key' || String(node.value) !== text) return undefined;
      found = node;
      return visit.BREAK;
    },
  });
  return found;
}

/** The node, or its first line when it has several. */
function markNode(node: Node | undefined, yaml: string): Span | undefined {
  const span = node && spanOf(node);
  if (!span || span.end <= span.start) return undefined;
  const firstLine = /^[^\r\n]*/.exec(yaml.slice(span.start, span.end))![0].trimEnd();
  return { start: span.start, end: span.start + Math.max(1, firstLine.length) };
}

/** A line without the blank around it. Lines count from 1; beyond the end it is the last line. */
function lineSpan(text: string, line: number): Span {
  let start = 0;
  for (let count = 1; count < line; count++) {
    const next = text.indexOf('\n', start);
    if (next < 0) break;
    start = next + 1;
  }
  return { start, end: start + /^[^\r\n]*/.exec(text.slice(start))![0].trimEnd().length };
}

function fromColumn(text: string, line: Span, column: number | undefined): Span {
  const indent = /^[ \t]*/.exec(text.slice(line.start, line.end))![0].length;
  const start = Math.min(line.start + (column === undefined ? indent : column - 1), line.end);
  return { start, end: line.end };
}

function wordSpan(text: string, line: Span, word: string): Span | undefined {
  const at = text.slice(line.start, line.end).search(new RegExp(`(?<![\\w.])${word.replace(/[^\w]/g, '\\$&')}(?!\\w)`));
  return at < 0 ? undefined : { start: line.start + at, end: line.start + at + word.length };
}
