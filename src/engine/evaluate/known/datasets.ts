// The data sets that the known tasks ask questions of: which files hold each split, as their authors distribute them or as
// the Hugging Face Hub has them, and how a record of either form becomes the Hub's, which the tasks are written for.
import { userError } from '../../../base/errors/problem';
import type { SourcedDocument } from '../documents';
import type { TaskDocument } from '../task/fields';

export interface KnownDataset {
  /** Where it is to be had. */
  readonly home: string;
  /** Branch of its repository on the Hub that holds files which can be read; undefined when the Hub does not have it. */
  readonly hubRevision?: string;
  /** Files of each split under the folder of question files, the first that is there counts. `name` is dataset_name. */
  readonly files: (name: string) => Readonly<Record<string, readonly string[]>>;
  /** Records in the Hub's form. */
  readonly normalise: (documents: readonly SourcedDocument[]) => readonly SourcedDocument[];
}

const asTheyAre = (documents: readonly SourcedDocument[]): readonly SourcedDocument[] => documents;

export const knownDatasets: ReadonlyMap<string, KnownDataset> = new Map(Object.entries<KnownDataset>({
  'GBaker/MedQA-USMLE-4-options-hf': {
    hubRevision: 'main',
    home: 'https://huggingface.co/datasets/GBaker/MedQA-USMLE-4-options-hf, or questions/US/4_options of https://github.com/jind11/MedQA',
    files: () => ({
      train: medqaFiles('train.json', '4_options/phrases_no_exclude_train.jsonl'), validation: medqaFiles('dev.json', '4_options/phrases_no_exclude_dev.jsonl'),
      test: medqaFiles('test.json', '4_options/phrases_no_exclude_test.jsonl'),
    }),
    normalise: (documents) => documents.map((one) => ({ ...one, document: medqaRecord(one.document) })),
  },
  'jind11/MedQA': {
    home: 'questions/US of https://github.com/jind11/MedQA',
    files: () => ({ train: medqaFiles('train.jsonl', 'train.jsonl'), validation: medqaFiles('dev.jsonl', 'dev.jsonl'), test: medqaFiles('test.jsonl', 'test.jsonl') }),
    normalise: asTheyAre,
  },
  'openlifescienceai/medmcqa': {
    hubRevision: 'main',
    home: 'https://github.com/medmcqa/medmcqa, or https://huggingface.co/datasets/openlifescienceai/medmcqa',
    files: () => ({
      train: ['medmcqa/train.json', 'medmcqa/train.jsonl', 'medmcqa/data/train-00000-of-00001.parquet'],
      validation: ['medmcqa/dev.json', 'medmcqa/validation.jsonl', 'medmcqa/validation.json', 'medmcqa/data/validation-00000-of-00001.parquet'],
    }),
    normalise: countFromZero,
  },
  'bigbio/pubmed_qa': {
    // The data set itself is a script; this branch holds what it gives.
    hubRevision: 'refs/convert/parquet',
    home: 'https://github.com/pubmedqa/pubmedqa (its split_dataset.py makes these files)',
    files: () => ({
      train: ['pubmedqa/pqal_fold0/train_set.json', 'pubmedqa/train.jsonl'], validation: ['pubmedqa/pqal_fold0/dev_set.json', 'pubmedqa/validation.jsonl'],
      test: ['pubmedqa/test_set.json', 'pubmedqa/pqal_test_set.json', 'pubmedqa/test.jsonl'],
    }),
    normalise: asTheyAre,
  },
  ...Object.fromEntries([1, 2, 3].map((step) => [`augtoma/usmle_step_${step}`, {
    hubRevision: 'main',
    home: `https://huggingface.co/datasets/augtoma/usmle_step_${step}`,
    files: () => ({ test: ['jsonl', 'json', 'parquet'].flatMap((ending) => [`usmle/step_${step}.${ending}`, `usmle/step${step}.${ending}`]).concat(`usmle_step_${step}/data/test-00000-of-00001.parquet`) }),
    normalise: (documents: readonly SourcedDocument[]) => documents.map((one) => ({ ...one, document: withoutEmptyOptions(one.document) })),
  }])),
  'cais/mmlu': {
    hubRevision: 'main',
    home: 'https://github.com/hendrycks/test (the folders dev and test of its data), or https://huggingface.co/datasets/cais/mmlu',
    files: (name) => Object.fromEntries(Object.entries({ test: 'test', validation: 'val', dev: 'dev' }).map(([split, short]) =>
      [split, [`mmlu/${short}/${name}_${short}.csv`, `mmlu/data/${short}/${name}_${short}.csv`, `mmlu/${name}/${split}.jsonl`, `mmlu/${name}/${split}-00000-of-00001.parquet`]])),
    normalise: (documents) => documents.map((one) => ({ ...one, document: mmluRecord(one.document) })),
  },
}));

function medqaFiles(hub: string, authors: string): string[] {
  return [`medqa/${hub}`, `medqa/${authors}`, `medqa/questions/US/${authors}`];
}

/** The authors have question, options by letter and answer_idx; the Hub sent1, ending0 to ending3 and label. */
function medqaRecord(document: TaskDocument): TaskDocument {
  const { question, options, answer_idx: answer } = document;
  if (document['sent1'] !== undefined || typeof options !== 'object' || options === null || typeof answer !== 'string') return document;
  const endings = Object.fromEntries(Object.values(options).map((text, index) => [`ending${index}`, text as unknown]));
  return { sent1: question, sent2: '', ...endings, label: Object.keys(options).indexOf(answer) };
}

/** Questions have from four to nine options; a table has a column for each, empty where there is none. */
function withoutEmptyOptions(document: TaskDocument): TaskDocument {
  const { options } = document;
  if (typeof options !== 'object' || options === null) return document;
  return { ...document, options: Object.fromEntries(Object.entries(options).filter(([, text]) => text !== null && text !== '')) };
}

/** The authors' `cop` counts from 1, the Hub's from 0. Which it is shows in a record with 4, 0 or −1 (no answer known). */
function countFromZero(documents: readonly SourcedDocument[]): readonly SourcedDocument[] {
  const values = new Set(documents.map(({ document }) => document['cop']));
  const [fromOne, fromZero] = [values.has(4), values.has(0) || values.has(-1)];
  if (fromZero && !fromOne) return documents;
  const [first] = documents;
  if (fromOne === fromZero) {
    throw userError({
      code: 'medmcqa-base', ...(first ? { file: first.file } : {}), key: 'cop', message: `the right answers count ${fromOne ? 'from 0 and from 1 in the same file' : 'neither surely from 0 nor from 1: none is 0 and none is 4'}`,
      next: 'Use the whole file, or a task of your own that says `doc_to_target: cop` (from 0) or `doc_to_target: "{{ cop - 1 }}"` (from 1).',
    });
  }
  return documents.map((one) => ({ ...one, document: { ...one.document, cop: typeof one.document['cop'] === 'number' ? one.document['cop'] - 1 : one.document['cop'] } }));
}

/** The authors' rows are question, four options and a letter, without a header; the Hub has choices and answer from 0. */
function mmluRecord(document: TaskDocument): TaskDocument {
  const { row } = document;
  if (!Array.isArray(row)) return document;
  const [question, ...rest] = row as readonly string[];
  return { question, choices: rest.slice(0, 4), answer: 'ABCD'.indexOf(rest[4] ?? '?') };
}
