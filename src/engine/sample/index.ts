// The sample workspace: facts, text, tokenizer and every file of the sample study, the same bytes for the same seed.
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { mediaPath } from '../parts/assets';
import { saveTokenizer } from '../tokenizer';
import { writeContent, type SampleContent } from './content';
import { readScale, type ScaleName } from './scale';
import { trainSampleTokenizer } from './tokenizer';
import { workspaceFiles } from './workspace-files';

export interface SampleOptions {
  /** Default 1. */
  readonly seed?: number;
  /** Which third of the facts is tested: 1 (default), 2 or 3. Material and settings were chosen while looking at 1 only. */
  readonly fold?: number;
  /** `tiny` is a study of about a minute. */
  readonly scale?: ScaleName;
}

const studyFile = 'sample.study.yaml';

/** The study file is written last: where it is, the workspace is whole. */
export async function createSampleWorkspace(folder: string, options: SampleOptions = {}): Promise<void> {
  const media = mediaPath('sample');
  const scale = await readScale(media, options.scale ?? 'full');
  const content = await writeContent(media, scale, options.seed ?? 1, options.fold ?? 1);
  for (const [name, text] of Object.entries(dataFiles(content))) await writeInto(folder, name, text);
  await saveTokenizer(trainSampleTokenizer(content, scale.vocabularySize), path.join(folder, 'tokenizer'));
  const { [studyFile]: study = '', ...others } = await workspaceFiles(path.join(media, 'workspace'), scale.files);
  for (const [name, text] of Object.entries(others)) await writeInto(folder, name, text);
  await writeInto(folder, studyFile, study);
}

function dataFiles(content: SampleContent): Record<string, string> {
  return {
    'data/clinical/passages.jsonl': jsonLines(content.passages),
    'data/general/stories.txt': lines(content.stories.base),
    'data/general/further-stories.txt': lines(content.stories.further),
    'data/general/replay-stories.txt': lines(content.stories.replay),
    'data/general/reader.txt': lines(content.reader),
    'data/instructions/dialogues.jsonl': jsonLines(content.dialogues),
    'data/questions/tested.jsonl': jsonLines(content.tested),
    'data/questions/trained.jsonl': jsonLines(content.trained),
    'data/heldout/passages.jsonl': jsonLines(content.heldOutPassages),
    'data/heldout/stories.txt': lines(content.stories.heldOut),
    'data/heldout/prose.txt': lines(content.prose),
    'data/vignettes.jsonl': content.vignettes,
  };
}

function lines(texts: readonly string[]): string {
  return texts.map((text) => `${text}\n`).join('');
}

function jsonLines(records: readonly object[]): string {
  return lines(records.map((record) => JSON.stringify(record)));
}

async function writeInto(folder: string, name: string, text: string): Promise<void> {
  const file = path.join(folder, name);
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, text);
}
