// Everything the sample workspace holds that is drawn at random, from one seed: each part has a stream of its own, so that
// more passages do not change the questions.
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { RandomStream } from '../../base/math/random';
import { writeClinicalDialogues } from './clinical/dialogues';
import { firstEntities, readFacts, type FactBase } from './clinical/facts';
import { writeHeldOutPassages, writePassages, type Passage } from './clinical/passages';
import { writeQuestions, type SampleQuestion } from './clinical/questions';
import { splitFacts, type FactSplit } from './clinical/split';
import { readTemplates } from './clinical/templates';
import { writeGeneralDialogues } from './general/dialogues';
import { writeStories } from './general/stories';
import { proseParagraphs, readGeneral } from './general/world';
import type { Dialogue } from './dialogue';
import type { Scale } from './scale';

export interface SampleContent {
  readonly base: FactBase;
  readonly split: FactSplit;
  readonly passages: readonly Passage[];
  readonly heldOutPassages: readonly Passage[];
  readonly dialogues: readonly Dialogue[];
  readonly tested: readonly SampleQuestion[];
  readonly trained: readonly SampleQuestion[];
  /** General text: what the base reads, what general-only continued pretraining and replay read, what is only measured. */
  readonly stories: { readonly base: readonly string[]; readonly further: readonly string[]; readonly replay: readonly string[]; readonly heldOut: readonly string[] };
  /** Hand-written paragraphs of ordinary English to read. */
  readonly reader: readonly string[];
  /** Other hand-written paragraphs, only measured. */
  readonly prose: readonly string[];
  /** MedQA-form questions by hand, as JSON lines. */
  readonly vignettes: string;
}

export async function writeContent(media: string, scale: Scale, seed: number, fold: number): Promise<SampleContent> {
  const stream = (name: string): RandomStream => RandomStream.of(seed, `sample/${name}`);
  const base = firstEntities(await readFacts(path.join(media, 'facts')), scale);
  const templates = await readTemplates(path.join(media, 'templates'));
  const general = await readGeneral(path.join(media, 'general'));
  const split = splitFacts(base.entities, stream('split'), fold);
  const seen = new Set<string>();
  const storiesOf = (name: keyof Scale['stories']): string[] => writeStories(general, scale.stories[name], stream(`stories/${name}`), seen);
  const paragraphsOf = async (name: string): Promise<string[]> => proseParagraphs(await readFile(path.join(media, 'general', name), 'utf8'));
  const dialogues = [
    ...writeClinicalDialogues(base, split, templates.questions, scale.clinicalDialogues, stream('clinical-dialogues')),
    ...writeGeneralDialogues(general, scale.generalDialogues, stream('general-dialogues')),
  ];
  return {
    base, split,
    passages: writePassages(base.entities, templates.passages, scale.passages, stream('passages')),
    heldOutPassages: writeHeldOutPassages(base.facts, templates.passages, stream('held-out-passages')),
    dialogues: stream('dialogue-order').shuffled(dialogues),
    tested: writeQuestions(split.tested, base, templates.questions, 'tested', stream('tested-questions')),
    trained: writeQuestions(split.training, base, templates.questions, 'trained', stream('trained-questions')),
    stories: { base: storiesOf('base'), further: storiesOf('further'), replay: storiesOf('replay'), heldOut: storiesOf('heldOut') },
    reader: (await paragraphsOf('reader.md')).slice(0, scale.readerParagraphs),
    prose: await paragraphsOf('prose.md'),
    vignettes: await readFile(path.join(media, 'vignettes.jsonl'), 'utf8'),
  };
}
