// Jinja as lm-evaluation-harness sets it up (lm_eval/utils.py, apply_template): names that are missing are errors, line
// ends after block tags stay, a trailing line end stays. Printed values look as Python prints them; lists and objects,
// whose Python form this library does not give, may not be printed.
import { Environment, Interpreter, parse, tokenize } from '@huggingface/jinja';

type Program = ReturnType<typeof parse>;
type Statement = Program['body'][number];
type Value = ReturnType<Interpreter['evaluate']>;

/** This record cannot be rendered: a field is missing or has another form. */
export class RecordError extends Error {
  override readonly name = 'RecordError';
}

const statementTypes = new Set(['Set', 'If', 'For', 'Macro', 'CallStatement', 'FilterStatement', 'Comment', 'Break', 'Continue']);

export class HarnessTemplate {
  readonly #program: Program;
  readonly #interpreter: HarnessInterpreter;

  /** Throws the parser's own error. */
  constructor(readonly source: string) {
    this.#program = parse(tokenize(source.endsWith('\n') ? `${source}\n` : source));
    const printed = new Set<Statement>();
    collectPrinted(this.#program, printed);
    this.#interpreter = new HarnessInterpreter(printed);
  }

  render(document: Readonly<Record<string, unknown>>): string {
    return asRecordError(() => this.#interpreter.evaluate(this.#program, environmentOf(document)).toString());
  }

  /** The list that a template of one expression gives, without printing it. */
  list(document: Readonly<Record<string, unknown>>): unknown[] {
    const [only, ...rest] = this.#program.body;
    if (only === undefined || rest.length > 0) throw new RecordError('this template does not give a list');
    return asRecordError(() => {
      const value = this.#interpreter.plain(only, environmentOf(document));
      if (!Array.isArray(value.value)) throw new RecordError('this template does not give a list');
      return value.value.map((item: Value): unknown => item.value);
    });
  }
}

class HarnessInterpreter extends Interpreter {
  constructor(private readonly printed: ReadonlySet<Statement>) {
    super();
  }

  override evaluate(statement: Statement | undefined, environment: Environment): Value {
    const value = super.evaluate(statement, environment);
    if (statement === undefined || !this.printed.has(statement)) return value;
    switch (value.type) {
      case 'UndefinedValue': throw new RecordError(`${nameOf(statement)} is missing`);
      case 'NullValue': return super.evaluate(pythonNames.none, environment);
      case 'BooleanValue': return super.evaluate(value.value === true ? pythonNames.true : pythonNames.false, environment);
      case 'ArrayValue': case 'TupleValue': case 'ObjectValue':
        throw new RecordError(`${nameOf(statement)} is a list or an object and cannot be printed; use join`);
      default: return value;
    }
  }

  /** The value of an expression, not prepared for printing. */
  plain(statement: Statement, environment: Environment): Value {
    return super.evaluate(statement, environment);
  }
}

/** How Python prints its constants, as nodes of a template. */
const pythonNames = { none: literal('None'), true: literal('True'), false: literal('False') };

function literal(text: string): Statement {
  return parse(tokenize(`{{ "${text}" }}`)).body[0]!;
}

function environmentOf(document: Readonly<Record<string, unknown>>): Environment {
  const globals = new Environment();
  const constants = { true: true, false: false, none: null, True: true, False: false, None: null };
  for (const [name, value] of Object.entries(constants)) globals.set(name, value);
  const environment = new Environment(globals);
  for (const [name, value] of Object.entries(document)) environment.set(name, value);
  return environment;
}

/** Expressions that stand where their value is printed: in the body of the template or of a block. */
function collectPrinted(node: unknown, printed: Set<Statement>): void {
  if (typeof node !== 'object' || node === null) return;
  for (const [key, child] of Object.entries(node)) {
    for (const one of Array.isArray(child) ? child as unknown[] : [child]) {
      if (bodies.has(key) && isStatement(one) && !statementTypes.has(one.type)) printed.add(one);
      collectPrinted(one, printed);
    }
  }
}

const bodies = new Set(['body', 'alternate', 'defaultBlock']);

function isStatement(node: unknown): node is Statement {
  return typeof node === 'object' && node !== null && 'type' in node && typeof node.type === 'string';
}

/** `question` or `options.A`, as far as the expression is plain names. */
function nameOf(statement: Statement): string {
  const node = statement as unknown as Readonly<Record<string, unknown>>;
  if (node['type'] === 'Identifier') return String(node['value']);
  if (node['type'] === 'StringLiteral') return `[${JSON.stringify(node['value'])}]`;
  if (node['type'] === 'MemberExpression' && isStatement(node['object']) && isStatement(node['property'])) {
    const property = nameOf(node['property']);
    return `${nameOf(node['object'])}${node['computed'] === true ? (property.startsWith('[') ? property : `[${property}]`) : `.${property}`}`;
  }
  return 'a value';
}

/** What goes wrong while a record is rendered is the record's: its form is not what the template expects. */
function asRecordError<T>(render: () => T): T {
  try {
    return render();
  } catch (error) {
    throw error instanceof RecordError ? error : new RecordError(error instanceof Error ? error.message : String(error));
  }
}
