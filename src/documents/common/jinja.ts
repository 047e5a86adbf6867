// Jinja templates of the user's files: compiled once, checked for names nobody supplies, rendered with a bounded `range`.
import { Environment, Interpreter, Template } from '@huggingface/jinja';
import { isNode, markOutputs, outputType, printed } from './jinja-output';

/** Parts of a template looked at, and rounds of its loops, in one rendering; long conversations need some ten thousands. */
const mostSteps = 250_000;
/** Longest text a template may put together, in characters. */
const longestText = 20_000_000;

/** Longest list `range` makes: a template may loop over options or examples, never exhaust memory. */
const longestRange = 10_000;

/** Names a template may use without anyone supplying them. */
const builtInNames = new Set(['range', 'namespace', 'raise_exception', 'loop', 'caller', 'true', 'false', 'none', 'True', 'False', 'None']);

/** Throws the parser's own error, which has no position. Block tags take their line with them, as in transformers. */
export function compileTemplate(source: string): Template {
  const template = new Template(source);
  markOutputs(template.parsed);
  return template;
}

export function renderTemplate(template: Template, variables: Readonly<Record<string, unknown>>): string {
  const environment = new Environment();
  const globals = { true: true, false: false, none: null, True: true, False: false, None: null, range: boundedRange, raise_exception: raiseException };
  for (const [name, value] of Object.entries({ ...globals, ...variables })) environment.set(name, value);
  return new BoundedInterpreter(environment).run(template.parsed).toString();
}

/** A template comes with a checkpoint or a prompt file: one that would never end, or fill the memory, fails instead. */
class BoundedInterpreter extends Interpreter {
  #steps = 0;
  /** What the loops run over: a round whose body is empty is looked at by nobody else. */
  readonly #loopedOver = new Set<unknown>();
  /** Of lists and objects, which may hold one another many times over and so print as far more than they take. */
  readonly #sizes = new WeakMap<object, number>();

  override evaluate(...[statement, environment]: Parameters<Interpreter['evaluate']>): ReturnType<Interpreter['evaluate']> {
    const node: unknown = statement;
    if (isNode(node) && node.type === 'For') this.#loopedOver.add(isNode(node['iterable']) && node['iterable'].type === 'SelectExpression' ? node['iterable']['lhs'] : node['iterable']);
    this.#count(1);
    if (isNode(node) && node.type === outputType) return this.#output(node['expression'] as typeof statement, environment);
    const result = super.evaluate(statement, environment);
    const value: unknown = result.value;
    if (Array.isArray(value) && this.#loopedOver.has(node)) this.#count(value.length);
    if (sizeOf(result, this.#sizes) > longestText) throw new Error(`it makes a text of more than ${longestText} characters.`);
    return result;
  }

  #output(...[expression, environment]: Parameters<Interpreter['evaluate']>): ReturnType<Interpreter['evaluate']> {
    const result = this.evaluate(expression, environment);
    const text = printed(result);
    const literal: unknown = { type: 'StringLiteral', value: text };
    return text === undefined ? result : super.evaluate(literal as typeof expression, environment);
  }

  #count(steps: number): void {
    this.#steps += steps;
    if (this.#steps > mostSteps) throw new Error(`it does not end within ${mostSteps} steps.`);
  }
}

/** Characters a value prints as, about: of a text its length, of a list or object those of what it holds and one each. */
function sizeOf(value: unknown, known: WeakMap<object, number>): number {
  const inner = (value as { readonly value?: unknown } | null)?.value;
  if (typeof inner === 'string') return inner.length;
  if (!Array.isArray(inner) && !(inner instanceof Map)) return 1;
  const before = known.get(inner);
  if (before !== undefined) return before;
  let size = 1;
  for (const item of inner.values()) size += sizeOf(item, known);
  known.set(inner, size);
  return size;
}

function raiseException(message: unknown): never {
  throw new Error(String(message));
}

function boundedRange(...bounds: unknown[]): number[] {
  const [first = 0, second, step = 1] = bounds.map(Number);
  const [start, end] = second === undefined ? [0, first] : [first, second];
  const length = Math.max(0, Math.ceil((end - start) / step));
  if (!Number.isFinite(length) || length > longestRange) throw new Error(`range makes at most ${longestRange} numbers.`);
  return Array.from({ length }, (_, index) => start + index * step);
}

/** Names a template reads from outside, in order of appearance; what it sets, loops over or defines itself is left out. */
export function templateVariables(template: Template): string[] {
  const used = new Set<string>();
  const defined = new Set<string>(builtInNames);
  collect(template.parsed, used, defined);
  return [...used].filter((name) => !defined.has(name));
}

/** Children that name something other than a variable: a property, a filter, a test, a keyword of a call, an operator such as `or`. */
const notVariables: Readonly<Record<string, string>> = {
  FilterExpression: 'filter', FilterStatement: 'filter', TestExpression: 'test', KeywordArgumentExpression: 'key', BinaryExpression: 'operator', UnaryExpression: 'operator',
};
/** Children that introduce a variable. */
const definitions: Readonly<Record<string, readonly string[]>> = { For: ['loopvar'], Set: ['assignee'], Macro: ['name', 'args'], CallStatement: ['callerArgs'] };

function collect(node: unknown, used: Set<string>, defined: Set<string>): void {
  if (Array.isArray(node)) {
    for (const child of node) collect(child, used, defined);
  } else if (node instanceof Map) {
    for (const [key, value] of node) collect([key, value], used, defined);
  } else if (isNode(node)) {
    if (node.type === 'Identifier') used.add(String(node['value']));
    for (const [key, child] of Object.entries(node)) {
      if (notVariables[node.type] === key) collectArguments(child, used, defined);
      else if (definitions[node.type]?.includes(key)) define(child, used, defined);
      else if (!(node.type === 'MemberExpression' && key === 'property' && node['computed'] !== true)) collect(child, used, defined);
    }
  }
}

/** Of `join(separator)` the arguments are read, the filter's name is not. */
function collectArguments(node: unknown, used: Set<string>, defined: Set<string>): void {
  if (isNode(node) && node.type === 'CallExpression') collect(node['args'], used, defined);
}

function define(node: unknown, used: Set<string>, defined: Set<string>): void {
  if (Array.isArray(node)) {
    for (const child of node) define(child, used, defined);
  } else if (isNode(node)) {
    if (node.type === 'Identifier') defined.add(String(node['value']));
    else if (node.type === 'TupleLiteral') define(node['value'], used, defined);
    else if (node.type === 'KeywordArgumentExpression') {
      define(node['key'], used, defined);
      collect(node['value'], used, defined);
    } else collect(node, used, defined);
  }
}
