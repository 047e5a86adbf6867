// A run file from its text: form first, then what the fields must agree on.
import type { Problem } from '../../base/errors/problem';
import { parseYaml, withPlaces, type Parsed, type ParseOptions } from '../common/parse-yaml';
import { checkElsewhere } from './elsewhere';
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
  if (run.schedule.decayFraction !== undefined && run.schedule.decaySteps !== undefined) {
    problems.push({
      code: 'run-two-decays', severity: 'error', file, key: 'schedule.decaySteps', value: String(run.schedule.decaySteps),
      message: 'the decay is given as steps and as a fraction', next: 'Keep one of decaySteps and decayFraction.',
    });
  }
  const decayKey = (['decayFraction', 'decaySteps', 'decayShape'] as const).find((key) => run.schedule[key] !== undefined);
  if (decayKey !== undefined && run.schedule.kind !== 'warmup-stable-decay') {
    problems.push({
      code: 'run-decay-without-effect', severity: 'error', file, key: `schedule.${decayKey}`, value: String(run.schedule[decayKey]),
      message: `a ${run.schedule.kind} schedule has no decay of its own at the end`, next: 'Set schedule.kind to warmup-stable-decay, or remove this.',
    });
  }
  if (run.steps !== undefined && run.tokens !== undefined) {
    problems.push({
      code: 'run-two-lengths', severity: 'error', file, key: 'tokens', value: String(run.tokens),
      message: 'the length of the run is given in steps and in tokens', next: 'Keep one of steps and tokens.',
    });
  }
  if (run.stage === 'finetune' && run.packing === 'stream') {
    problems.push({
      code: 'run-stream-of-conversations', severity: 'error', file, key: 'packing', value: 'stream',
      message: 'a stream is cut anywhere, and would tear conversations apart', next: 'Use best-fit, which keeps them whole, or none.',
    });
  }
  problems.push(...checkElsewhere(run, file));
  if (typeof run.base !== 'string' && run.lora !== undefined) {
    problems.push({
      code: 'run-lora-on-new-model', severity: 'error', file, key: 'lora',
      message: 'an adapter learns beside the frozen weights of a trained model, and this base is random', next: 'Name a checkpoint as base, or remove lora.',
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
