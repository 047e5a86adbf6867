// Completion in the YAML of a file: keys of the map under the cursor that are not there yet, and values that can be listed.
// The word at the cursor is replaced by a marker, so that what is half written parses; the marker's path picks the schema.
import type { Document } from 'yaml';
import { yamlPart, type FileKind } from './kinds';
import { namesAt } from './references';
import { alternatives, factsOf, narrow, schemasAt, shapeOf, type KeyFacts, type Path, type Schema } from './schema';
import { findScalar, keysAt, parseTree, type Span } from './tree';

export interface Suggestion {
  readonly label: string;
  readonly kind: 'key' | 'value';
  /** What to insert in VS Code's snippet syntax. */
  readonly snippet: string;
  readonly facts: KeyFacts;
  /** Whether the next thing to choose can be suggested at once. */
  readonly suggestNext: boolean;
}

/** Suggestions in the order in which they are shown: what the file needs first, then the schema's order. */
export interface Completion {
  readonly replace: Span;
  readonly suggestions: readonly Suggestion[];
  /** The value names a file: a glob of those that fit, for whoever can look. */
  readonly files?: { readonly glob: string; readonly facts: KeyFacts };
}

const marker = 'preclinicalCursor';

export function complete(kind: FileKind, text: string, offset: number): Completion | undefined {
  const part = yamlPart(kind, text);
  if (!part || offset < part.start || offset > part.start + part.text.length) return undefined;
  const at = offset - part.start;
  const line = part.text.slice(part.text.lastIndexOf('\n', at - 1) + 1, at);
  const rest = /^[^\r\n]*/.exec(part.text.slice(at))![0];
  const typed = /(?:[\w./][\w./-]*)?$/.exec(line)![0];
  const lead = line.slice(0, line.length - typed.length);
  if (/(^|\s)#/.test(lead) || /[:-]$/.test(lead)) return undefined;
  const after = /^[\w./-]*/.exec(rest)![0];
  const hasColon = /^[ \t]*:(\s|$)/.test(rest.slice(after.length));
  const needsColon = /^\s*(?:-\s+)*$/.test(lead) && !hasColon;
  const replace = { start: offset - typed.length, end: offset + after.length };
  const marked = part.text.slice(0, at - typed.length) + marker + (needsColon ? ':' : '') + part.text.slice(at + after.length);
  const tree = parseTree(marked);
  const suggestions = suggest(kind, tree, { isFlow: !needsColon, hasColon, dashes: lead.trimStart().length });
  const files = filesAt(kind, tree);
  return suggestions.length === 0 && !files ? undefined : { replace, suggestions, ...(files ? { files } : {}) };
}

function filesAt(kind: FileKind, document: Document): Completion['files'] {
  const place = findScalar(document, (_, value) => value === marker);
  if (place?.on !== 'value') return undefined;
  const facts = schemasAt(kind.schema, place.path, (path) => keysAt(document, path))
    .map((schema) => factsOf(String(place.path.findLast((segment) => typeof segment === 'string')), schema))
    .find((one) => one.files !== undefined);
  return facts?.files === undefined ? undefined : { glob: facts.files, facts };
}

interface Surroundings {
  readonly isFlow: boolean;
  readonly hasColon: boolean;
  /** Characters of `- ` before the key: a snippet's further lines start at the indentation of the line, not of the key. */
  readonly dashes: number;
}

function suggest(kind: FileKind, document: Document, surroundings: Surroundings): Suggestion[] {
  const place = findScalar(document, (_, value) => value === marker);
  if (!place) return [];
  const keys = (path: Path): string[] => keysAt(document, path).filter((key) => key !== marker);
  const schemas = schemasAt(kind.schema, place.path, keys);
  const name = place.path.findLast((segment) => typeof segment === 'string') ?? '';
  const values = (): Suggestion[] => schemas.flatMap((schema) => [
    ...valueSuggestions(name, schema), ...namesAt(kind, place.path, 'value', keys).map((one) => reference(one, 'value', factsOf(name, schema))),
  ]);
  if (place.on === 'value') return values();
  const present = keys(place.path);
  const names = namesAt(kind, place.path, 'key', keys).filter((one) => !present.includes(one));
  const ofKeys = [
    ...keySuggestions(narrow(schemas.flatMap(alternatives), present), present, surroundings),
    ...names.flatMap((one) => schemasAt(kind.schema, [...place.path, one], keys).slice(0, 1).map((schema) => reference(one, 'key', factsOf(one, schema), surroundings.hasColon))),
  ];
  // A line of its own may as well be the value of the key above.
  return present.length > 0 || surroundings.hasColon ? ofKeys : [...ofKeys, ...values()];
}

function keySuggestions(maps: readonly Schema[], present: readonly string[], surroundings: Surroundings): Suggestion[] {
  const entries = new Map<string, Schema>();
  for (const map of maps) {
    for (const [name, schema] of Object.entries(shapeOf(map) ?? {})) {
      if (!present.includes(name) && !entries.has(name)) entries.set(name, schema);
    }
  }
  const all = [...entries].map(([name, schema]): Suggestion => {
    const facts = factsOf(name, schema);
    const snippet = surroundings.hasColon ? name : keySnippet(name, facts.type, surroundings);
    return { label: name, kind: 'key', snippet, facts, suggestNext: !surroundings.hasColon && (facts.values.length > 0 || facts.type === 'map') };
  });
  return [...all.filter((one) => one.facts.isRequired), ...all.filter((one) => !one.facts.isRequired)];
}

function keySnippet(name: string, type: string, { isFlow, dashes }: Surroundings): string {
  if (type === 'list') return `${name}: [$0]`;
  if (type === 'map') return isFlow ? `${name}: { $0 }` : `${name}:\n${' '.repeat(dashes + 2)}$0`;
  return `${name}: $0`;
}

function valueSuggestions(name: string, schema: Schema): Suggestion[] {
  const facts = factsOf(name, schema);
  return facts.values.map((value) => ({ label: String(value), kind: 'value', snippet: String(value), facts, suggestNext: false }));
}

/** A name given elsewhere in the file. */
function reference(name: string, kind: 'key' | 'value', facts: KeyFacts, hasColon = false): Suggestion {
  const snippet = kind === 'value' || hasColon ? name : `${name}: ${facts.type === 'map' ? '{ $0 }' : '$0'}`;
  return { label: name, kind, snippet, facts, suggestNext: kind === 'key' && !hasColon };
}
