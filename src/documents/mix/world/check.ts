// What is wrong with a mix file in the world it points into: paths that are not there, sources too small for what is asked of
// them, files on both sides of a held-out split. Pure: facts come in. The codes are those of the engine where it refuses the same.
import type { Problem } from '../../../base/errors/problem';
import { withPlaces } from '../../common/parse-yaml';
import { isArchive, unpackFirst } from '../archives';
import { instructionFormats, type Mix, questionPath, type SourceFormat } from '../schema';
import { checkSupply } from './supply';
import { type MixFacts, type PathFacts, tokenizerFile } from './facts';
import { nearestPaths } from './nearest-path';

type Found = Omit<Problem, 'file' | 'key'> & { readonly key: string };

/** Problems that the form of the file does not have, each with its place in the text. */
export function checkWorld(mix: Mix, facts: MixFacts, text: string, file: string): Problem[] {
  const found: Found[] = [
    ...checkPaths(mix, facts), ...checkTokenizer(mix, facts), ...checkSources(mix, facts), ...checkHeldOut(mix, facts), ...checkSupply(mix, facts.sizes),
  ];
  return withPlaces(found.map((problem) => ({ ...problem, file })), text);
}

function checkPaths(mix: Mix, { paths, data }: MixFacts): Found[] {
  const check = (key: string, path: string, code: string, message: string, next: string, severity: Problem['severity'] = 'error'): Found[] => {
    if (paths.get(path)?.kind !== 'none') return [];
    const [suggestion] = nearestPaths(path, data);
    return [{ code, severity, key, value: path, message, next: suggestion === undefined ? next : `Did you mean ${suggestion}? ${next}`, ...(suggestion === undefined ? {} : { suggestion }) }];
  };
  // A data set of the Hub is no path of this machine.
  const documents = (key: string, path: string): Found[] => (path.startsWith('hub:') ? [] : check(
    key, path, 'mix-source-not-found', /[*?]/.test(path) ? 'the glob matches no file' : 'there is no such file, or the folder holds none', 'Correct the path; it is relative to this file.'));
  return [
    ...Object.entries(mix.sources).flatMap(([name, { path }]) => documents(`sources.${name}.path`, path)),
    ...Object.entries(mix.heldOut).flatMap(([name, set]) => ('path' in set ? documents(`heldOut.${name}.path`, set.path) : [])),
    ...mix.decontaminate.flatMap((entry, index) => check(
      `decontaminate.${index}${typeof entry === 'string' ? '' : '.path'}`, questionPath(entry), 'mix-questions-not-checked', 'this question file is not there: the build goes on, and its report says "not checked"',
      'Correct the path, or remove the line.', 'warning')),
  ];
}

function checkTokenizer(mix: Mix, { paths, tokenizers }: MixFacts): Found[] {
  if (paths.get(tokenizerFile(mix.tokenizer))?.kind !== 'none') return [];
  const suggestion = nearestPaths(mix.tokenizer, tokenizers)[0] ?? (tokenizers.length === 1 ? tokenizers[0] : undefined);
  return [{
    code: 'tokenizer-not-found', severity: 'error', key: 'tokenizer', value: mix.tokenizer, message: 'there is no tokenizer.json in this folder',
    next: suggestion === undefined ? 'Name the folder of a checkpoint or of a trained tokenizer, relative to this file.' : `Did you mean ${suggestion}?`,
    ...(suggestion === undefined ? {} : { suggestion }),
  }];
}

function checkSources(mix: Mix, { paths }: MixFacts): Found[] {
  const firstAt = new Map<string, string>();
  const used = new Set([...mix.stages.flatMap((stage) => Object.keys(stage.sources)), ...Object.values(mix.heldOut).flatMap((set) => ('source' in set ? [set.source] : []))]);
  return Object.entries(mix.sources).flatMap(([name, source]) => {
    const facts = paths.get(source.path);
    const problems: Found[] = [];
    const other = facts && facts.kind !== 'none' ? firstAt.get(facts.absolute) : undefined;
    if (other !== undefined) {
      problems.push({
        code: 'mix-source-twice', severity: 'warning', key: `sources.${name}.path`, value: source.path, message: `source ${other} reads the same files`,
        next: `Their documents are taken from ${other} only; name other files here, or remove this source.`,
      });
    } else if (facts) firstAt.set(facts.absolute, name);
    if (!used.has(name)) problems.push({ code: 'mix-source-unused', severity: 'warning', key: `sources.${name}`, message: 'no stage takes from this source', next: 'Add it to a stage, or remove it; it is read and deduplicated all the same.' });
    if (source.phi === 'present' && source.egress === 'allowed') {
      problems.push({ code: 'mix-phi-may-leave', severity: 'warning', key: `sources.${name}.phi`, value: source.phi, message: 'documents with protected health information may reach a remote endpoint', next: 'Set `egress: never` for this source.' });
    }
    if (facts && facts.kind !== 'none') problems.push(...checkContent(`sources.${name}`, source, facts));
    return problems;
  });
}

const formatsOf: Readonly<Record<string, readonly SourceFormat[]>> = {
  csv: ['csv'], tsv: ['tsv'], parquet: ['parquet'], html: ['html'], htm: ['html'], xml: ['jats', 'pubmed'], nxml: ['jats'], md: ['markdown', 'text', 'lines'],
  txt: ['text', 'lines', 'markdown'], jsonl: ['jsonl', 'pubmedqa', ...instructionFormats], json: ['jsonl', 'pubmedqa', ...instructionFormats],
};

/** What the first file says of how the source is read. */
function checkContent(key: string, { path, format, textField, groupBy }: Mix['sources'][string], { extension, bytes, fields }: PathFacts): Found[] {
  if (isArchive(path) || (extension !== undefined && isArchive(`.${extension}`))) {
    return [{ code: 'mix-archive', severity: 'error', key: `${key}.path`, value: path, message: 'archives are not read', next: unpackFirst }];
  }
  const fitting = extension === undefined ? undefined : formatsOf[extension];
  if (bytes === 0) return [{ code: 'mix-source-file-empty', severity: 'warning', key: `${key}.path`, message: 'the file is empty', next: 'Name a file with documents.' }];
  if (format !== 'auto' && fitting && !fitting.includes(format)) {
    return [{
      code: 'mix-format-mismatch', severity: 'warning', key: `${key}.format`, value: format, message: `a file that ends in .${extension} is not read as ${format}`,
      next: `Use ${fitting.slice(0, 2).join(' or ')}, or auto, which looks at each file.`, suggestion: fitting.length === 1 ? fitting[0]! : 'auto',
    }];
  }
  if (!fields) return [];
  const isText = format === 'jsonl' || (format === 'auto' && fields.includes(textField));
  const [nearestText] = nearestPaths(textField, fields);
  const problems: Found[] = [];
  if (format === 'jsonl' && !fields.includes(textField)) {
    problems.push({
      code: 'mix-text-field-missing', severity: 'warning', key: `${key}.textField`, value: textField, message: 'the first record has no field of this name',
      next: `It has ${fields.slice(0, 8).join(', ')}.`, ...(nearestText === undefined ? {} : { suggestion: nearestText }),
    });
  }
  if (isText && groupBy !== undefined && !['file', 'folder'].includes(groupBy) && !fields.includes(groupBy)) {
    const [nearestGroup] = nearestPaths(groupBy, fields);
    problems.push({
      code: 'mix-group-field-missing', severity: 'warning', key: `${key}.groupBy`, value: groupBy, message: 'the first record has no field of this name; documents without it are set aside',
      next: `It has ${fields.slice(0, 8).join(', ')}.`, ...(nearestGroup === undefined ? {} : { suggestion: nearestGroup }),
    });
  }
  return problems;
}

/** A file may be held out once, and is then no source. */
function checkHeldOut(mix: Mix, { paths }: MixFacts): Found[] {
  const at = (path: string): string | undefined => {
    const facts = paths.get(path);
    return facts && facts.kind !== 'none' ? facts.absolute : undefined;
  };
  const sources = new Map(Object.entries(mix.sources).flatMap(([name, { path }]) => { const place = at(path); return place === undefined ? [] : [[place, name] as const]; }));
  const seen = new Map<string, string>();
  return Object.entries(mix.heldOut).flatMap(([name, set]): Found[] => {
    const key = `heldOut.${name}`;
    if ('source' in set) {
      if (set.fraction < 1) return [];
      return [{ code: 'mix-held-out-takes-all', severity: 'error', key: `${key}.fraction`, value: String(set.fraction), message: `this leaves no document of source ${set.source} for training`, next: 'Hold out a smaller fraction.', suggestion: '0.05' }];
    }
    const place = at(set.path);
    if (place === undefined) return [];
    const other = seen.get(place);
    seen.set(place, other ?? name);
    if (other !== undefined) return [{ code: 'mix-held-out-twice', severity: 'warning', key: `${key}.path`, value: set.path, message: `held-out set ${other} has the same files`, next: 'Remove one of the two; their losses are the same.' }];
    const source = sources.get(place);
    return source === undefined ? [] : [{
      code: 'mix-held-out-is-source', severity: 'warning', key: `${key}.path`, value: set.path, message: `source ${source} reads the same files, and loses every document of them`,
      next: `Hold out a fraction of ${source} instead, or name other files.`,
    }];
  });
}
