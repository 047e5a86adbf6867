// A study file from its text: form first, then its graph: every step named exists, and nothing waits on itself.
import type { Problem } from '../../base/errors/problem';
import { parseYaml, suggestionFrom, withPlaces, type Parsed, type ParseOptions } from '../common/parse-yaml';
import { stepNeeds, stepOrder } from './graph';
import { studySchema, type EvaluationSettings, type Study } from './schema';
import { misplacedSetting } from './scoring-engine';

export function parseStudy(text: string, file: string, options?: ParseOptions): Parsed<Study> {
  const parsed = parseYaml(text, file, studySchema, options);
  if (!parsed.document) return parsed;
  const problems = withPlaces(checkStudy(parsed.document, file), text);
  return { document: problems.length > 0 ? undefined : parsed.document, problems };
}

function checkStudy(study: Study, file: string): Problem[] {
  const names = Object.keys(study.steps);
  const isRun = (name: string): boolean => {
    const step = study.steps[name];
    return step !== undefined && 'run' in step;
  };
  const missing = Object.entries(study.steps).flatMap(([name, step]) =>
    stepNeeds(step).filter((need) => !names.includes(need)).map((need): Problem => ({
      code: 'study-unknown-step', severity: 'error', file, key: `steps.${name}`, value: need,
      message: 'this step waits on one that does not exist', next: `Name one of: ${names.join(', ')}.`, ...suggestionFrom(need, names),
    })));
  const misplaced = Object.entries(study.steps).flatMap(([name, step]) => ('evaluate' in step ? checkEngine(step.evaluate, `steps.${name}.evaluate`, file) : []));
  if (missing.length > 0 || misplaced.length > 0) return [...missing, ...misplaced];
  const { cycle } = stepOrder(study);
  if (cycle) {
    return [{
      code: 'study-cycle', severity: 'error', file, key: `steps.${cycle[0] ?? ''}`, value: cycle.join(' → '),
      message: 'these steps wait on each other', next: 'Break the circle.',
    }];
  }
  const trainingSteps: [string, string][] = [
    ...Object.entries(study.grid?.cells ?? {}).flatMap(([row, cells]) =>
      Object.entries(cells).flatMap(([column, steps]) => [steps].flat().map((step): [string, string] => [`grid.cells.${row}.${column}`, step]))),
    ...(study.grid ? [study.grid.base].flat().map((step): [string, string] => ['grid.base', step]) : []),
    ...Object.entries(study.interaction ?? {}).map(([key, step]): [string, string] => [`interaction.${key}`, step]),
    ...study.comparison.flatMap((one, index): [string, string][] => [
      ...[one.better].flat().map((step): [string, string] => [`comparison.${index}.better`, step]), ...[one.than].flat().map((step): [string, string] => [`comparison.${index}.than`, step]),
    ]),
  ];
  return trainingSteps.filter(([, step]) => !isRun(step)).map(([key, step]) => ({
    code: 'study-not-a-run', severity: 'error', file, key, value: step,
    message: 'this must be a training step of the study', next: `Name one of: ${names.filter(isRun).join(', ')}.`, ...suggestionFrom(step, names.filter(isRun)),
  }));
}

function checkEngine({ engine = 'embedded', scaleout, rotateOptions }: EvaluationSettings, key: string, file: string): Problem[] {
  const misplaced = misplacedSetting({
    engine, launchKey: scaleout && `${key}.scaleout`, rotateKey: rotateOptions ? `${key}.rotateOptions` : undefined, harness: '`engine: lm-eval`',
  });
  return misplaced ? [{ code: 'study-evaluate-engine', severity: 'error', file, value: engine, ...misplaced }] : [];
}
