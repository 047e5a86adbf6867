// The YAML of a file as a tree with places: which path is at an offset, and where a path is.
import { isMap, isNode, isPair, isScalar, isSeq, parseDocument, visit, type Document, type Node, type Pair } from 'yaml';
import type { Path } from './schema';

/** Characters from `start` up to but not including `end`, counted from the start of the text. */
export interface Span { readonly start: number; readonly end: number }

/** A scalar of the file: on `key`, `path` leads to the map that holds it; on `value`, to the value itself. */
export interface Place { readonly path: Path; readonly on: 'key' | 'value'; readonly node: Node }

export function parseTree(text: string): Document {
  return parseDocument(text, { prettyErrors: false, logLevel: 'silent' });
}

/** The first scalar for which `matches` holds. */
export function findScalar(document: Document, matches: (node: Node, value: unknown) => boolean): Place | undefined {
  let found: Place | undefined;
  visit(document, {
    Scalar(key, node, ancestors) {
      if (!matches(node, node.value)) return undefined;
      found = { path: pathTo([...ancestors, node]), on: key === 'key' ? 'key' : 'value', node };
      return visit.BREAK;
    },
  });
  return found;
}

function pathTo(chain: readonly (Document | Node | Pair)[]): Path {
  return chain.flatMap((one, index): (string | number)[] => {
    const next = chain[index + 1];
    if (isSeq(one)) return [one.items.indexOf(next)];
    return isPair(one) && next === one.value ? [keyText(one)] : [];
  });
}

function keyText(pair: Pair): string {
  return String(isScalar(pair.key) ? pair.key.value : pair.key);
}

/** The scalar that an offset touches. */
export function scalarAt(document: Document, offset: number): Place | undefined {
  return findScalar(document, (node) => node.range !== undefined && node.range !== null && node.range[0] <= offset && offset <= node.range[1]);
}

/** What stands at a path: the pair of a map or the item of a list, as far as the path leads. */
export function lookUp(document: Document, path: Path): { readonly key?: Node; readonly value?: Node } | undefined {
  let key: Node | undefined;
  let value: Node | undefined = isNode(document.contents) ? document.contents : undefined;
  for (const segment of path) {
    if (isMap(value)) {
      const pair: Pair | undefined = value.items.find((one) => keyText(one) === String(segment));
      if (!pair) return undefined;
      key = isNode(pair.key) ? pair.key : undefined;
      value = isNode(pair.value) ? pair.value : undefined;
    } else if (isSeq(value)) {
      const item: unknown = value.items[Number(segment)];
      if (!isNode(item)) return undefined;
      key = undefined;
      value = item;
    } else return undefined;
  }
  return { ...(key ? { key } : {}), ...(value ? { value } : {}) };
}

/** Keys of the map at a path; none when there is no map. */
export function keysAt(document: Document, path: Path): string[] {
  const value = lookUp(document, path)?.value;
  return isMap(value) ? value.items.map(keyText) : [];
}

/** The source of a node, without the blank and comments after it. */
export function spanOf(node: Node): Span | undefined {
  return node.range ? { start: node.range[0], end: node.range[1] } : undefined;
}
