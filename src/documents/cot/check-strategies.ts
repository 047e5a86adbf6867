// What the strategies of a .cot file need of its other settings and of its body.
import type { Problem } from '../../base/errors/problem';
import { withPlaces } from '../common/parse-yaml';
import { compileTemplate, templateVariables } from '../common/jinja';
import type { CotSettings } from './schema';
import { isVote, readStrategy } from './strategy';

type Finding = Pick<Problem, 'code' | 'severity' | 'message' | 'next'> & { readonly key: string };

/** @param head lines of the file from its first `---` on. */
export function checkStrategies(settings: CotSettings, body: string, head: readonly string[], file: string): Problem[] {
  const names = variablesOf(body);
  const found = [
    ...settings.strategies.flatMap((name, place) => checkStrategy(settings, name, `strategies.${place}`, names)),
    ...checkExemplars(settings),
  ];
  // The opening fence is kept out of the YAML and its line given back.
  const placed = withPlaces(found.map((one) => ({ ...one, file })), head.slice(1).join('\n'));
  return placed.map((problem) => (problem.line === undefined ? problem : { ...problem, line: problem.line + 1 }));
}

function checkStrategy(settings: CotSettings, name: string, key: string, names: readonly string[] | undefined): Finding[] {
  const strategy = readStrategy(name);
  if (typeof strategy === 'string') return [{ code: 'cot-strategy', severity: 'error', key, message: strategy, next: 'Join strategies that go together with " + ", such as few-shot + chain-of-thought.' }];
  const found: Finding[] = [];
  if (strategy.exemplars !== 'none' && !settings.exemplars) {
    found.push({ code: 'cot-no-exemplars', severity: 'error', key, message: `${name} shows solved questions and the file names none`, next: 'Add exemplars: with the file of solved questions, such as a training set.' });
  }
  if (strategy.shuffled && names && !names.includes('options')) {
    found.push({ code: 'cot-shuffle-without-options', severity: 'error', key, message: `${name} reorders the options and the prompt never shows them`, next: 'Loop over options in the body.' });
  }
  if (isVote(name) && settings.repeats === 1) {
    found.push({ code: 'cot-one-vote', severity: 'warning', key, message: `${name} votes, and repeats: 1 is a single vote`, next: 'Set repeats, such as 5.' });
  }
  return found;
}

function checkExemplars({ exemplars }: CotSettings): Finding[] {
  if (exemplars?.similarity === 'tf-idf' && exemplars.embeddingEndpoint !== undefined) {
    return [{ code: 'cot-embeddings-unused', severity: 'warning', key: 'exemplars.embeddingEndpoint', message: 'nothing is asked of it: likeness is by words (tf-idf)', next: 'Set similarity: embeddings, or leave the endpoint out.' }];
  }
  if (exemplars?.similarity !== 'embeddings' || exemplars.embeddingModel !== undefined) return [];
  return [{ code: 'cot-no-embedding-model', severity: 'error', key: 'exemplars.similarity', message: 'vectors need a model that makes them', next: 'Add embeddingModel: its name at the endpoint.' }];
}

/** Undefined for a template that does not parse, which is told elsewhere. */
function variablesOf(body: string): string[] | undefined {
  try {
    return templateVariables(compileTemplate(body));
  } catch {
    return undefined;
  }
}
