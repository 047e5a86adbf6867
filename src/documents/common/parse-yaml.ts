// Text of a YAML file to a checked document: every problem comes with its line, key, value and next step.
import { isMap, isNode, isScalar, LineCounter, parseDocument, type Document as YamlDocument, type Node } from 'yaml';
import type { z } from 'zod';
import type { Problem } from '../../base/errors/problem';

export interface ParseOptions {
  /** Lines before the YAML in its file, for front matter. */
  readonly lineOffset?: number;
  /** Values that replace those of the file, by dotted key (`optimiser.learningRate`). */
  readonly overrides?: Readonly<Record<string, unknown>>;
}

export interface Parsed<T> {
  /** Undefined when any problem is an error. */
  readonly document: T | undefined;
  readonly problems: readonly Problem[];
}

/** Parses YAML 1.2 and checks it against a schema. Never throws on bad input. */
export function parseYaml<S extends z.ZodType>(text: string, file: string, schema: S, options: ParseOptions = {}): Parsed<z.infer<S>> {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
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
  const result = schema.safeParse(document.toJS() ?? {});
  if (result.success) return { document: result.data, problems: [] };
  return {
    document: undefined,
    problems: flatten(result.error.issues).map((issue) => describe(issue, document, file, place)),
  };
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
    return [{ ...issue, path }];
  });
}

function describe(issue: z.core.$ZodIssue, document: YamlDocument, file: string, place: (offset: number) => { line: number; column: number }): Problem {
  const unknownKey = issue.code === 'unrecognized_keys' ? issue.keys[0] : undefined;
  const path = unknownKey === undefined ? issue.path : [...issue.path, unknownKey];
  const node = nearestNode(document, path);
  const found = document.getIn(path.map(plainKey), false);
  return {
    code: unknownKey === undefined ? 'invalid-value' : 'unknown-key',
    severity: 'error',
    message: unknownKey === undefined ? lowerFirst(issue.message) : 'this key is not known',
    file,
    ...(node?.range ? place(node.range[0]) : { line: place(0).line }),
    key: path.map(String).join('.'),
    ...(found === undefined || isNode(found) ? {} : { value: JSON.stringify(found) }),
    next: unknownKey === undefined ? 'Change the value.' : knownKeysHint(issue),
  };
}

function knownKeysHint(issue: z.core.$ZodIssue): string {
  return `Remove it or correct its spelling${issue.path.length > 0 ? ` under ${issue.path.map(String).join('.')}` : ''}.`;
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
