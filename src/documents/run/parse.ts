// A run file from its text: form first, then what the fields must agree on.
import type { Problem } from '../../base/errors/problem';
import { parseYaml, withPlaces, type Parsed, type ParseOptions } from '../common/parse-yaml';
import { runSchema, type Architecture, type Run } from './schema';

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
    problems.push(...checkFamily(shape, file));
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

/** Fields the family of a new model does not have, and more experts a token than there are. */
function checkFamily(shape: Architecture, file: string): Problem[] {
  const { family, slidingWindow, attentionBias, feedForwardBias, experts } = shape;
  const strangers = [
    { key: 'slidingWindow', value: slidingWindow ?? undefined, isOwn: family !== 'llama', whose: 'mistral and mixtral have one' },
    { key: 'attentionBias', value: attentionBias || undefined, isOwn: family === 'llama', whose: 'llama may have them' },
    { key: 'feedForwardBias', value: feedForwardBias || undefined, isOwn: family === 'llama', whose: 'llama may have them' },
    { key: 'experts', value: experts && 'given', isOwn: family === 'mixtral', whose: 'mixtral has them' },
  ].filter(({ value, isOwn }) => value !== undefined && !isOwn);
  const problems = strangers.map(({ key, value, whose }): Problem => ({
    code: 'run-family-field', severity: 'error', file, key: `base.new.${key}`, value: String(value),
    message: `the ${family} architecture has no ${key}; ${whose}`, next: 'Leave it out, or choose another family.',
  }));
  if (experts && experts.perToken > experts.count) {
    problems.push({
      code: 'run-experts', severity: 'error', file, key: 'base.new.experts.perToken', value: String(experts.perToken),
      message: `a token can not go to more than the ${experts.count} experts there are`, next: 'Choose fewer experts for each token, or more experts.',
    });
  }
  return problems;
}
