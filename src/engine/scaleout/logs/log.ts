// What is read of another program's log: measurements by step, in this program's names and units.

export interface LogPoint {
  /** Optimiser updates done. */
  readonly step: number;
  readonly tokens?: number;
  /** Milliseconds since 1970. */
  readonly wallMs?: number;
  readonly metrics: Readonly<Record<string, number>>;
}

export interface TrainerLog {
  /** The program that wrote it. */
  readonly source: string;
  readonly name?: string;
  readonly totalSteps?: number;
  /** Settings as the log has them. */
  readonly settings: Readonly<Record<string, unknown>>;
  readonly points: readonly LogPoint[];
  /** Records that could not be read: torn by a crash, or still being written. */
  readonly unreadable: number;
}

const known: Readonly<Record<string, string>> = {
  'loss': 'train/loss', 'train/loss': 'train/loss', 'learning_rate': 'train/learningRate', 'train/learning_rate': 'train/learningRate', 'lr': 'train/learningRate',
  'grad_norm': 'train/gradientNorm', 'train/grad_norm': 'train/gradientNorm', 'throughput': 'train/tokensPerSecond', 'eval_loss': 'heldout/eval/loss', 'eval/loss': 'heldout/eval/loss',
};
const tokenNames = ['num_input_tokens_seen', 'num_tokens', 'total_tokens', 'tokens/total'].flatMap((name) => [name, `train/${name}`]);

/** Our name of a measurement; one that has none here keeps its own, under `imported/`. */
function metricName(name: string): string {
  const plain = known[name];
  if (plain !== undefined) return plain;
  const heldOut = /^eval[_/](.+)[_/]loss$/.exec(name)?.[1];
  return heldOut === undefined ? `imported/${name}` : `heldout/${heldOut}/loss`;
}

/** A point of what a program logged at a step; undefined when nothing in it was measured. Some programs log the tokens by themselves. */
export function pointOf(step: number, values: Readonly<Record<string, unknown>>, wallMs?: number): LogPoint | undefined {
  const metrics: Record<string, number> = {};
  let tokens: number | undefined;
  for (const [name, value] of Object.entries(values)) {
    const number = numberOf(value);
    if (number === undefined) continue;
    if (tokenNames.includes(name)) tokens = number;
    else metrics[metricName(name)] = number;
  }
  if (!Number.isSafeInteger(step) || step < 0 || (Object.keys(metrics).length === 0 && tokens === undefined)) return undefined;
  return { step, metrics, ...(tokens === undefined ? {} : { tokens }), ...(wallMs === undefined ? {} : { wallMs }) };
}

/** JSON of Python has bare NaN and Infinity; some programs write them as texts. */
function numberOf(value: unknown): number | undefined {
  if (typeof value === 'number') return value;
  switch (value) {
    case 'NaN': case 'nan': return NaN;
    case 'Infinity': case 'inf': return Infinity;
    case '-Infinity': case '-inf': return -Infinity;
    default: return undefined;
  }
}

/** Parses JSON as Python writes it, whose numbers may be NaN, Infinity or -Infinity. Throws when it is none. */
export function parsePythonJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return JSON.parse(text.replace(/("(?:[^"\\]|\\.)*")|-?\b(?:NaN|Infinity)\b/g, (found, quoted?: string) => quoted ?? `"${found}"`));
  }
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}
