// A mix file from its text: form first, then what the fields must agree on.
import type { Problem } from '../../base/errors/problem';
import { parseYaml, suggestionFrom, withPlaces, type Parsed, type ParseOptions } from '../common/parse-yaml';
import { mixSchema, type Mix, type MixStage } from './schema';

export function parseMix(text: string, file: string, options?: ParseOptions): Parsed<Mix> {
  const { document, problems } = readMix(text, file, options);
  return { document: problems.some((problem) => problem.severity === 'error') ? undefined : document, problems };
}

/** As parseMix, but a mix of the right form is there even when its fields do not agree, as while its shares are being changed. */
export function readMix(text: string, file: string, options?: ParseOptions): Parsed<Mix> {
  const parsed = parseYaml(text, file, mixSchema, options);
  return parsed.document ? { document: parsed.document, problems: withPlaces(checkMix(parsed.document, file), text) } : parsed;
}

function checkMix(mix: Mix, file: string): Problem[] {
  const sources = Object.keys(mix.sources);
  const unknownSource = (key: string, name: string): Problem => ({
    code: 'mix-unknown-source', severity: 'error', file, key, value: name,
    message: 'no source of this name', next: `Name one of: ${sources.join(', ')}.`, ...suggestionFrom(name, sources),
  });
  const ofStages = mix.stages.flatMap((stage, index) => [
    ...Object.keys(stage.sources).filter((name) => !sources.includes(name)).map((name) => unknownSource(`stages.${index}.sources.${name}`, name)),
    ...checkStageKinds(stage, index, file),
  ]);
  const ofHeldOut = Object.entries(mix.heldOut).flatMap(([name, set]) =>
    'source' in set && !sources.includes(set.source) ? [unknownSource(`heldOut.${name}.source`, set.source)] : []);
  return [...ofStages, ...ofHeldOut];
}

/** Within one stage, shares, epochs and tokens cannot be combined (as in mosaicml/streaming). */
function checkStageKinds(stage: MixStage, index: number, file: string): Problem[] {
  const key = `stages.${index}`;
  const kinds = new Set(Object.values(stage.sources).flatMap((amount) => Object.keys(amount)));
  if (kinds.size === 0) {
    return [{ code: 'mix-empty-stage', severity: 'error', file, key, message: 'the stage takes from no source', next: 'Name at least one source.' }];
  }
  if (kinds.size > 1) {
    return [{
      code: 'mix-kinds-combined', severity: 'error', file, key: `${key}.sources`, value: [...kinds].join(', '),
      message: 'a stage gives all its sources in one kind', next: 'Use share, epochs or tokens for every source of the stage.',
    }];
  }
  if (!kinds.has('share')) return [];
  const total = Object.values(stage.sources).reduce((sum, amount) => sum + ('share' in amount ? amount.share : 0), 0);
  const problems: Problem[] = [];
  if (Math.abs(total - 1) > 1e-6) {
    problems.push({
      code: 'mix-shares-sum', severity: 'error', file, key: `${key}.sources`, value: String(Number(total.toFixed(6))),
      message: 'the shares of a stage sum to 1', next: 'Change the shares until they do.',
    });
  }
  if (stage.tokens === undefined) {
    problems.push({
      code: 'mix-tokens-missing', severity: 'error', file, key: `${key}.tokens`,
      message: 'a stage in shares needs its tokens', next: 'Add tokens: the stage\'s total.',
    });
  }
  return problems;
}
