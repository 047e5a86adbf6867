// Logs that are text: trainer_state.json of transformers, trainer_log.jsonl of LLaMA-Factory.
import { isRecord, parsePythonJson, pointOf, type LogPoint, type TrainerLog } from './log';

/** @returns undefined when the text is torn: it is written anew at each checkpoint. */
export function readTrainerState(text: string): TrainerLog | undefined {
  let state: unknown;
  try {
    state = parsePythonJson(text);
  } catch {
    return undefined;
  }
  if (!isRecord(state) || !Array.isArray(state['log_history'])) return undefined;
  const points = state['log_history'].flatMap((entry): LogPoint[] => {
    if (!isRecord(entry) || typeof entry['step'] !== 'number') return [];
    const point = pointOf(entry['step'], without(entry, ['step', 'epoch']));
    return point === undefined ? [] : [point];
  });
  const totalSteps = state['max_steps'];
  const settings = without(state, ['max_steps', 'log_history', 'stateful_callbacks']);
  return { source: 'transformers Trainer', settings, points, unreadable: 0, ...(typeof totalSteps === 'number' && totalSteps > 0 ? { totalSteps } : {}) };
}

function without(values: Readonly<Record<string, unknown>>, names: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(Object.entries(values).filter(([name]) => !names.includes(name)));
}

const notMeasured = ['current_steps', 'total_steps', 'epoch', 'percentage', 'elapsed_time', 'remaining_time'];

/** A line that is not JSON, such as one still being written, is counted. */
export function readTrainerLog(text: string): TrainerLog {
  const points: LogPoint[] = [];
  let unreadable = 0;
  let totalSteps: number | undefined;
  for (const line of text.split('\n')) {
    if (line.trim() === '') continue;
    let entry: unknown;
    try {
      entry = parsePythonJson(line);
    } catch {
      unreadable += 1;
      continue;
    }
    if (!isRecord(entry) || typeof entry['current_steps'] !== 'number') continue;
    if (typeof entry['total_steps'] === 'number') totalSteps = entry['total_steps'];
    const point = pointOf(entry['current_steps'], without(entry, notMeasured));
    if (point !== undefined) points.push(point);
  }
  return { source: 'LLaMA-Factory', settings: {}, points, unreadable, ...(totalSteps === undefined ? {} : { totalSteps }) };
}
