// A run file from its text: form first, then what the fields must agree on.
import type { Problem } from '../../base/errors/problem';
import { parseYaml, withPlaces, type Parsed, type ParseOptions } from '../common/parse-yaml';
import { runSchema, type Run } from './schema';

export function parseRun(text: string, file: string, options?: ParseOptions): Parsed<Run> {
  const parsed = parseYaml(text, file, runSchema, options);
  if (!parsed.document) return parsed;
  const problems = withPlaces(checkRun(parsed.document, file), text);
  return { document: problems.length > 0 ? undefined : parsed.document, problems };
}

function checkRun(run: Run, file: string): Problem[] {
  const problems: Problem[] = [];
  if (run.schedule.warmupFraction !== undefined && run.schedule.warmupSteps !== undefined) {
    problems.push({
      code: 'run-two-warmups', severity: 'error', file, key: 'schedule.warmupSteps', value: String(run.schedule.warmupSteps),
      message: 'the warm-up is given as steps and as a fraction', next: 'Keep one of warmupSteps and warmupFraction.',
    });
  }
  if (typeof run.base !== 'string') {
    const shape = run.base.new;
    if (shape.heads % shape.keyValueHeads !== 0) {
      problems.push({
        code: 'run-head-groups', severity: 'error', file, key: 'base.new.keyValueHeads', value: String(shape.keyValueHeads),
        message: `heads (${shape.heads}) is not a multiple of keyValueHeads`, next: 'Choose a divisor of heads.',
      });
    }
    if (shape.headSize === undefined && shape.hiddenSize % shape.heads !== 0) {
      problems.push({
        code: 'run-head-size', severity: 'error', file, key: 'base.new.heads', value: String(shape.heads),
        message: `hiddenSize (${shape.hiddenSize}) is not a multiple of heads`, next: 'Choose a divisor, or give headSize.',
      });
    }
  }
  return problems;
}
