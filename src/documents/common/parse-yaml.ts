// Text of a YAML file to a checked document: every problem comes with its line, key, value and next step.
import { isMap, isNode, isScalar, LineCounter, parseDocument, type Document as YamlDocument, type Node, type ScalarTag } from 'yaml';
import type { z } from 'zod';
import type { Problem } from '../../base/errors/problem';
import { nearest } from '../../base/text/edit-distance';
import { alternatives, factsOf, narrow, schemasAt, shapeOf } from '../language/schema';

export interface ParseOptions {
  /** Lines before the YAML in its file, for front matter. */
  readonly lineOffset?: number;
  /** Values that replace those of the file, by dotted key (`optimiser.learningRate`). */
  readonly overrides?: Readonly<Record<string, unknown>>;
  /** Values of keys the file does not have. */
  readonly defaults?: Readonly<Record<string, unknown>>;
  /** Keys that are read by others and not checked here. */
  readonly without?: readonly string[];
  /** YAML 1.1, as Python's yaml reads it: with tags of its own, and of two equal keys the last counts. */
  readonly python?: { readonly tags: ScalarTag[] };
}

export interface Parsed<T> {
  /** Undefined when any problem is an error. */
  readonly document: T | undefined;
  readonly problems: readonly Problem[];
}

/** Parses YAML, 1.2 unless asked otherwise, and checks it against a schema. Never throws on bad input. */
export function parseYaml<S extends z.ZodType>(text: string, file: string, schema: S, options: ParseOptions = {}): Parsed<z.infer<S>> {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, ...(options.python ? { version: '1.1', uniqueKeys: false, customTags: options.python.tags } : {}) });
  const lineOffset = options.lineOffset ?? 0;
  const place = (offset: number): { line: number; column: number } => {
    const { line, col } = lines.linePos(offset);
    return { line: line + lineOffset, column: col };
  };
  if (document.errors.length > 0) {
    return {
      document: undefined,
      problems: document.errors.map((error) => ({
        code: 'yaml-syntax', severity: 'error', message: error.message, file, ...place(error.pos[0]),
        next: 'Mend the YAML at this place.',
      })),
    };
  }
  for (const [key, value] of Object.entries(options.overrides ?? {})) document.setIn(key.split('.'), value);
  for (const key of options.without ?? []) document.delete(key);
  for (const [key, value] of Object.entries(options.defaults ?? {})) if (!document.has(key)) document.set(key, value);
  let values: unknown;
  try {
    values = document.toJS() ?? {};
  } catch (error) {
    // An alias without its anchor, or aliases that multiply without end.
    const message = lowerFirst(error instanceof Error ? error.message : String(error));
    return { document: undefined, problems: [{ code: 'yaml-alias', severity: 'error', message, file, ...place(0), next: 'Write the values out instead of *aliases.' }] };
  }
  const result = schema.safeParse(values);
  if (result.success) return { document: result.data, problems: [] };
  return {
    document: undefined,
    problems: withoutConsequences(flatten(result.error.issues).map((issue) => describe(issue, { document, schema, values, file, place }))),
  };
}

/** A key that is needed and stands there misspelt is one mistake, told where it was made. */
function withoutConsequences(problems: readonly Problem[]): Problem[] {
  const parentOf = (key = ''): string => key.slice(0, key.lastIndexOf('.') + 1);
  const meant = new Set(problems.filter((one) => one.code === 'unknown-key').map((one) => `${parentOf(one.key)}${one.suggestion ?? ''}`));
  return problems.filter((one) => one.code !== 'missing-key' || !meant.has(one.key ?? ''));
}

/** The nearest of the names there are, as a problem carries it. */
export function suggestionFrom(name: string, names: readonly string[]): Pick<Problem, 'suggestion'> {
  const found = nearest(name, names);
  return found === undefined ? {} : { suggestion: found };
}

/** Problems found in a checked document, each with the line and column of its key. */
export function withPlaces(problems: readonly Problem[], text: string): Problem[] {
  if (problems.length === 0) return [];
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  return problems.map((problem) => {
    const node = problem.key === undefined || problem.line !== undefined ? undefined : nearestNode(document, problem.key.split('.'));
    if (!node?.range) return problem;
    const { line, col } = lines.linePos(node.range[0]);
    return { ...problem, line, column: col };
  });
}

/** Of a union that nothing matched, the issues of the alternative that came closest. */
function flatten(issues: readonly z.core.$ZodIssue[], prefix: readonly PropertyKey[] = []): z.core.$ZodIssue[] {
  return issues.flatMap((issue) => {
    const path = [...prefix, ...issue.path];
    if (issue.code === 'invalid_union' && issue.errors.length > 0) {
      const alternatives = issue.errors.map((errors) => flatten(errors, path));
      const deepest = (list: z.core.$ZodIssue[]): number => Math.max(...list.map((one) => one.path.length));
      const best = alternatives.reduce((a, b) => (deepest(b) > deepest(a) || (deepest(b) === deepest(a) && b.length < a.length) ? b : a));
      return best;
    }
    // One problem for each key, since each has its own place.
    if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => ({ ...issue, path, keys: [key] }));
    return [{ ...issue, path }];
  });
}

interface Checked {
  readonly document: YamlDocument;
  readonly schema: z.ZodType;
  readonly values: unknown;
  readonly file: string;
  readonly place: (offset: number) => { line: number; column: number };
}

function describe(issue: z.core.$ZodIssue, { document, schema, values, file, place }: Checked): Problem {
  const unknownKey = issue.code === 'unrecognized_keys' ? issue.keys[0] : undefined;
  const path = unknownKey === undefined ? issue.path : [...issue.path, unknownKey];
  const node = nearestNode(document, path);
  const found = document.getIn(path.map(plainKey), false);
  const fault = unknownKey !== undefined ? unknown(unknownKey, issue.path, schema, values)
    : issue.code === 'invalid_type' && valueAt(values, path) === undefined ? missing(path, schema, values)
      : invalid(issue, found);
  return {
    severity: 'error',
    file,
    ...(node?.range ? place(node.range[0]) : { line: place(0).line }),
    key: path.map(String).join('.'),
    ...(found === undefined || isNode(found) ? {} : { value: JSON.stringify(found) }),
    ...fault,
  };
}

type Fault = Pick<Problem, 'code' | 'message' | 'next' | 'suggestion'>;

function unknown(key: string, parent: readonly PropertyKey[], schema: z.ZodType, values: unknown): Fault {
  const present = keysOf(values, parent);
  const maps = narrow(schemasOf(schema, parent, values).flatMap(alternatives), present);
  const known = maps.flatMap((map) => Object.keys(shapeOf(map) ?? {}));
  const suggestion = nearest(key, known.filter((one) => !present.includes(one)));
  const where = parent.length > 0 ? ` under ${parent.map(String).join('.')}` : '';
  return {
    code: 'unknown-key',
    message: 'this key is not known',
    next: suggestion === undefined ? `Remove it or correct its spelling${where}.` : `Did you mean ${suggestion}? Else remove it${where}.`,
    ...(suggestion === undefined ? {} : { suggestion }),
  };
}

function missing(path: readonly PropertyKey[], schema: z.ZodType, values: unknown): Fault {
  const name = String(path.at(-1));
  const description = schemasOf(schema, path, values).map((one) => factsOf(name, one).description).find((one) => one !== undefined);
  return { code: 'missing-key', message: 'this key is needed', next: `Add ${name}${description === undefined ? '.' : `: ${description}`}` };
}

function invalid(issue: z.core.$ZodIssue, found: unknown): Fault {
  const options = issue.code === 'invalid_value' ? issue.values.map(String) : [];
  const suggestion = typeof found === 'string' ? nearest(found, options) : undefined;
  return {
    code: 'invalid-value',
    message: lowerFirst(issue.message),
    next: suggestion === undefined ? 'Change the value.' : `Did you mean ${suggestion}?`,
    ...(suggestion === undefined ? {} : { suggestion }),
  };
}

function schemasOf(schema: z.ZodType, path: readonly PropertyKey[], values: unknown): z.core.$ZodType[] {
  return schemasAt(schema, path.map(plainKey), (one) => keysOf(values, one));
}

function valueAt(values: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce((value: unknown, key) => typeof value === 'object' && value !== null ? (value as Record<PropertyKey, unknown>)[key] : undefined, values);
}

function keysOf(values: unknown, path: readonly PropertyKey[]): string[] {
  const value = valueAt(values, path);
  return typeof value === 'object' && value !== null ? Object.keys(value) : [];
}

function plainKey(key: PropertyKey): string | number {
  return typeof key === 'symbol' ? String(key) : key;
}

/** The key's own node where the map holds it, else the value's, else the closest parent's. */
function nearestNode(document: YamlDocument, path: readonly PropertyKey[]): Node | undefined {
  for (let length = path.length; length > 0; length--) {
    const parent = length === 1 ? document.contents : document.getIn(path.slice(0, length - 1).map(plainKey), true);
    if (isMap(parent)) {
      const pair = parent.items.find((item) => isScalar(item.key) && item.key.value === path[length - 1]);
      if (pair && isNode(pair.key)) return pair.key;
    }
    const node = document.getIn(path.slice(0, length).map(plainKey), true);
    if (isNode(node)) return node;
  }
  return isNode(document.contents) ? document.contents : undefined;
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
