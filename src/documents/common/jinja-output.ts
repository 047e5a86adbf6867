// What a template prints, as Python prints it: Jinja is at home there, and the library we render with says `true` and
// nothing where Jinja says `True` and `None`, and writes lists as JSON.

/** A node of a parsed template. */
export type Node = Readonly<Record<string, unknown>> & { readonly type: string };

export function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string';
}

/** Type of the nodes put around every expression whose value becomes text; `expression` is what it was. */
export const outputType = 'Output';

/** Lists of nodes that are printed one after the other. */
const blocks = ['body', 'alternate', 'defaultBlock'];
const statements = new Set(['Program', 'If', 'For', 'Break', 'Continue', 'Set', 'Macro', 'Comment', 'CallStatement', 'FilterStatement', 'StringLiteral']);

/** Puts an output node around each expression that is printed, joined by `~` or made a text by the filter `string`. Changes the tree. */
export function markOutputs(node: unknown): void {
  if (Array.isArray(node)) node.forEach(markOutputs);
  else if (node instanceof Map) for (const pair of node) markOutputs(pair);
  else if (isNode(node)) {
    Object.values(node).forEach(markOutputs);
    const fields = node as Record<string, unknown>;
    for (const key of blocks) {
      const block = fields[key];
      if (Array.isArray(block)) fields[key] = block.map((child: unknown) => (isNode(child) && !statements.has(child.type) ? output(child) : child));
    }
    if (node.type === 'BinaryExpression' && isValue(node['operator'], '~')) Object.assign(fields, { left: output(node['left']), right: output(node['right']) });
    if (node.type === 'FilterExpression' && isValue(node['filter'], 'string')) fields['operand'] = output(node['operand']);
  }
}

const output = (expression: unknown): unknown => ({ type: outputType, expression });
const isValue = (node: unknown, value: string): boolean => typeof node === 'object' && node !== null && 'value' in node && node.value === value;

/** A value while a template is rendered: `type` such as BooleanValue. */
export interface RuntimeValue { readonly type: string; readonly value: unknown }

/** Python's str() of it; undefined for what the library prints alike. */
export function printed({ type, value }: RuntimeValue): string | undefined {
  switch (type) {
    case 'NullValue': case 'BooleanValue': case 'FloatValue': case 'ArrayValue': case 'TupleValue': case 'ObjectValue':
      return represented({ type, value });
    default:
      return undefined;
  }
}

/** Python's repr(). */
function represented({ type, value }: RuntimeValue): string {
  switch (type) {
    case 'NullValue': return 'None';
    case 'UndefinedValue': return 'Undefined';
    case 'BooleanValue': return value === true ? 'True' : 'False';
    case 'FloatValue': return float(value as number);
    case 'StringValue': return quoted(value as string);
    case 'ArrayValue': return `[${items(value).join(', ')}]`;
    case 'TupleValue': return items(value).length === 1 ? `(${items(value)[0]!},)` : `(${items(value).join(', ')})`;
    case 'ObjectValue': return `{${[...(value as ReadonlyMap<string, RuntimeValue>)].map(([key, item]) => `${quoted(key)}: ${represented(item)}`).join(', ')}}`;
    default: return String(value);
  }
}

const items = (value: unknown): string[] => (value as readonly RuntimeValue[]).map(represented);

/** The shortest digits are the same in both languages; where the exponent begins is not. */
function float(value: number): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? 'nan' : value > 0 ? 'inf' : '-inf';
  const size = Math.abs(value);
  if (size !== 0 && (size >= 1e16 || size < 1e-4)) return value.toExponential().replace(/e([+-])(\d)$/, 'e$10$2');
  return Number.isInteger(value) ? value.toFixed(1) : String(value);
}

const escapes: Readonly<Record<string, string>> = { '\\': '\\\\', '\n': '\\n', '\r': '\\r', '\t': '\\t' };

function quoted(text: string): string {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
  const inner = text.replace(/[\\\n\r\t]/g, (found) => escapes[found]!)
    // What Python does not count as printable: controls, separators other than the space, unassigned and private code points.
    .replace(/[\p{C}\p{Z}]/gu, (found) => (found === ' ' ? found : hex(found.codePointAt(0)!)));
  return quote + (quote === "'" ? inner.replaceAll("'", "\\'") : inner) + quote;
}

function hex(code: number): string {
  const digits = code.toString(16);
  return code < 0x100 ? `\\x${digits.padStart(2, '0')}` : code < 0x10000 ? `\\u${digits.padStart(4, '0')}` : `\\U${digits.padStart(8, '0')}`;
}
