// A .cot file from its text: YAML front matter between two `---` lines, then the Jinja body. Lines count within the file.
import type { Problem } from '../../base/errors/problem';
import { compileTemplate, templateVariables } from '../common/jinja';
import { parseYaml, suggestionFrom, type Parsed, type ParseOptions } from '../common/parse-yaml';
import { checkStrategies } from './check-strategies';
import { cotVariableNames } from './render';
import { roleMarkers } from './roles';
import { cotSchema, type CotSettings } from './schema';
import { answerForm, readStrategy } from './strategy';

export interface CotDocument {
  readonly settings: CotSettings;
  readonly body: string;
  /** Line of the file on which the body starts, from 1. */
  readonly bodyLine: number;
}

const fence = /^---[ \t]*$/;

export function parseCot(text: string, file: string, options: Pick<ParseOptions, 'overrides'> = {}): Parsed<CotDocument> {
  const lines = text.replace(/^\uFEFF/, '').split(/\r?\n/);
  if (!fence.test(lines[0] ?? '')) {
    return failed({ code: 'cot-no-front-matter', severity: 'error', file, line: 1, message: 'the file does not start with front matter', next: 'Start it with a line `---`, the settings, and another line `---`.' });
  }
  const end = lines.findIndex((line, index) => index > 0 && fence.test(line));
  if (end < 0) {
    return failed({ code: 'cot-front-matter-open', severity: 'error', file, line: 1, message: 'the front matter has no end', next: 'Put a line `---` after the settings.' });
  }
  const settings = parseYaml(lines.slice(1, end).join('\n'), file, cotSchema, { ...options, lineOffset: 1 });
  const body = lines.slice(end + 1).join('\n');
  const bodyLine = end + 2;
  const problems = [
    ...settings.problems, ...checkBody(body, bodyLine, file, settings.document),
    ...settings.document ? checkStrategies(settings.document, body, lines.slice(0, end), file) : [],
  ];
  if (!settings.document || problems.some((problem) => problem.severity === 'error')) return { document: undefined, problems };
  return { document: { settings: settings.document, body, bodyLine }, problems };
}

function failed(problem: Problem): Parsed<CotDocument> {
  return { document: undefined, problems: [problem] };
}

function checkBody(body: string, bodyLine: number, file: string, settings: CotSettings | undefined): Problem[] {
  if (body.trim() === '') {
    return [{ code: 'cot-empty-body', severity: 'error', file, line: bodyLine, message: 'the file has no prompt', next: 'Write the prompt after the front matter.' }];
  }
  let names: string[];
  try {
    names = templateVariables(compileTemplate(body));
  } catch (error) {
    const message = `the template does not parse: ${error instanceof Error ? error.message : String(error)}`;
    return [{ code: 'cot-template-syntax', severity: 'error', file, line: bodyLine, message, next: 'Close every {{ }}, {% %} and block.' }];
  }
  const known: readonly string[] = cotVariableNames;
  const problems = names.filter((name) => !known.includes(name)).map((name): Problem => ({
    code: 'cot-unknown-variable', severity: 'error', file, line: bodyLine + lineOfName(body, name), key: name,
    message: 'no such variable', next: `Use one of: ${known.join(', ')}.`, ...suggestionFrom(name, known),
  }));
  if (!names.includes('question')) {
    problems.push({ code: 'cot-no-question', severity: 'error', file, line: bodyLine, message: 'the prompt never names the question', next: 'Put {{ question }} where the question belongs.' });
  }
  if (settings && formsOf(settings).size > 1 && !names.includes('strategy')) {
    problems.push({ code: 'cot-strategy-unused', severity: 'warning', file, line: bodyLine, key: 'strategies', message: 'strategies with reasoning and without send the same prompt', next: 'Branch on it: {% if strategy == "direct" %}.' });
  }
  return [...problems, ...checkRoles(body, bodyLine, file)];
}

/** Forms of answer the strategies ask for. */
function formsOf({ strategies }: CotSettings): Set<string> {
  return new Set(strategies.map(readStrategy).flatMap((strategy) => (typeof strategy === 'string' ? [] : [answerForm(strategy)])));
}

function checkRoles(body: string, bodyLine: number, file: string): Problem[] {
  const markers = roleMarkers(body);
  const last = markers.at(-1);
  if (last === undefined || last.role === 'user') return [];
  return [{
    code: 'cot-last-role', severity: 'error', file, line: bodyLine + last.line - 1, value: `${last.role}:`,
    message: 'the last role is not user', next: 'End the body with a user: section that asks the question.',
  }];
}

/** Lines from the body's start to the first tag that names the variable. */
function lineOfName(body: string, name: string): number {
  for (const tag of body.matchAll(/\{\{[\s\S]*?\}\}|\{%[\s\S]*?%\}/g)) {
    const at = tag[0].search(new RegExp(`(?<![\\w.])${name}(?!\\w)`));
    if (at >= 0) return body.slice(0, tag.index + at).split('\n').length - 1;
  }
  return 0;
}
