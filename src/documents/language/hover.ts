// What the key or value under the cursor means.
import { yamlPart, type FileKind } from './kinds';
import { factsOf, schemasAt, type KeyFacts, type Path } from './schema';
import { keysAt, parseTree, scalarAt, spanOf, type Span } from './tree';

export interface HoverFacts { readonly span: Span; readonly facts: KeyFacts }

/** Undefined where the schema has nothing to tell, such as on names the user chose. */
export function hoverAt(kind: FileKind, text: string, offset: number): HoverFacts | undefined {
  const part = yamlPart(kind, text);
  if (!part || offset < part.start || offset > part.start + part.text.length) return undefined;
  const document = parseTree(part.text);
  const place = scalarAt(document, offset - part.start);
  const span = place && spanOf(place.node);
  if (!span) return undefined;
  const path: Path = place.on === 'key' ? [...place.path, part.text.slice(span.start, span.end)] : place.path;
  const name = path.findLast((segment) => typeof segment === 'string');
  if (name === undefined) return undefined;
  const facts = schemasAt(kind.schema, path, (one) => keysAt(document, one)).map((schema) => factsOf(name, schema))
    .find((one) => one.description !== undefined || one.values.length > 0);
  return facts && { span: { start: span.start + part.start, end: span.end + part.start }, facts };
}
