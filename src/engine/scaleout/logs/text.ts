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
    const { step, epoch, ...values } = entry;
    const point = pointOf(step as number, values);
    return point === undefined ? [] : [point];
  });
  const { max_steps: totalSteps, log_history: _history, stateful_callbacks: _callbacks, ...settings } = state;
  return { source: 'transformers Trainer', settings, points, unreadable: 0, ...(typeof totalSteps === 'number' && totalSteps > 0 ? { totalSteps } : {}) };
}

const notMeasured = new Set(['current_steps', 'total_steps', 'epoch', 'percentage', 'elapsed_time', 'remaining_time']);

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
    const point = pointOf(entry['current_steps'], Object.fromEntries(Object.entries(entry).filter(([name]) => !notMeasured.has(name))));
    if (point !== undefined) points.push(point);
  }
  return { source: 'LLaMA-Factory', settings: {}, points, unreadable, ...(totalSteps === undefined ? {} : { totalSteps }) };
}
