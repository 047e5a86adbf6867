// *.mix.yaml: which documents, in which proportions, become training tokens.
import { z } from 'zod';
import { filePath, fraction, nonNegativeInteger, positiveInteger, seed, slug } from '../common/fields';
import { sourceFiltersSchema } from './filters';

export const textFormats = ['text', 'lines', 'markdown', 'html', 'jsonl', 'csv', 'tsv', 'parquet', 'jats', 'pubmed', 'pubmedqa', 'pdf'] as const;
export const instructionFormats = ['chat', 'sharegpt', 'alpaca', 'prompt-completion'] as const;
export const sourceFormats = ['auto', ...textFormats, ...instructionFormats] as const;
export type SourceFormat = (typeof sourceFormats)[number];

const sourceFormatField = z.enum(sourceFormats).default('auto').describe('How the files are read; auto goes by extension and content, file by file, so a folder may hold several. `lines` is one document a line; `jsonl` is JSON lines, a JSON list or one object; `pubmed` is PubMed XML, `jats` articles of PubMed Central; of a `pdf` its text is read, not its pictures. All but parquet may be compressed (.gz, .zst).');

/** How files are read, of a source and of a held-out set that is files of its own. */
const readFields = {
  textField: z.string().default('text').describe('Field or column that holds the text, for jsonl, csv, tsv and parquet.'),
  maximumRecordBytes: positiveInteger.max(1 << 28).default(1 << 26).describe('Records larger than this are set aside and counted, without being held in memory.').meta({ unit: 'bytes' }),
  tables: z.enum(['drop', 'keep']).default('drop').describe('Tables of articles and web pages: keep writes a row a line, with bars between the cells; drop counts them.'),
  subset: z.string().optional().describe('Of a data set of the Hub: which of its parts, when it has several.'),
  split: z.string().default('train').describe('Of a data set of the Hub: the split that is read.'),
  captions: z.enum(['drop', 'keep']).default('drop').describe('Captions of tables and figures, of articles and web pages: part of the text, or dropped and counted.'),
};

export const sourceSchema = z.strictObject({
  path: filePath.describe('File, folder or glob of documents, relative to this file; or a data set of the Hugging Face Hub as hub:organisation/name, with @revision when it is not main.'),
  format: sourceFormatField,
  ...readFields,
  domain: slug.describe('Free-form domain such as clinical or general; losses are reported by it.'),
  role: z.enum(['target', 'replay']).default('target').describe('target is what the model should learn; replay keeps what it knew.'),
  groupBy: z.string().optional().describe('Field such as patient or article id: documents that share it never fall on both sides of a held-out split.'),
  licence: z.string().optional().describe('Licence of the documents, as their owner states it.'),
  phi: z.enum(['none', 'deidentified', 'unknown', 'present']).default('unknown').describe('Whether protected health information is in the documents.'),
  egress: z.enum(['allowed', 'never']).default('allowed').describe('never: no text of this source, and no model trained on it, may reach a remote endpoint.'),
  minimumCharacters: nonNegativeInteger.default(1).describe('Documents shorter than this are set aside and counted (characters).').meta({ unit: 'characters' }),
  phiScreen: z.enum(['keep', 'redact', 'drop']).optional().describe('Screen the documents for what looks like protected health information (dates, numbers, addresses, names): keep lists what was found for review, redact also puts its class in its place, drop sets the document aside. A screen finds what has a form or a label; it is no de-identification. Left out, nothing is looked for.'),
  filters: sourceFiltersSchema.optional().describe('Which documents of the source are not wanted, by rule; what each rule set aside is counted. Left out, none is looked at.'),
});
export type MixSource = z.infer<typeof sourceSchema>;
export type PhiScreen = NonNullable<MixSource['phiScreen']>;

const stageSourceSchema = z.union([
  z.strictObject({ share: fraction.describe('Fraction of the stage\'s tokens; the shares of a stage sum to 1.').meta({ unit: 'fraction, 0 to 1' }) }),
  z.strictObject({ epochs: z.number().positive().describe('Passes over the source.').meta({ unit: 'epochs' }) }),
  z.strictObject({ tokens: positiveInteger.describe('Tokens taken from the source.').meta({ unit: 'tokens' }) }),
]);

export const stageSchema = z.strictObject({
  name: slug.describe('Name of the stage.'),
  tokens: positiveInteger.optional().describe('Tokens of the stage; needed when sources are given as shares.').meta({ unit: 'tokens' }),
  sources: z.record(slug, stageSourceSchema).describe('What each source contributes: share, epochs or tokens, one kind in a stage.'),
});
export type MixStage = z.infer<typeof stageSchema>;

const templateSchema = z.strictObject({
  chatTemplate: z.string().optional().describe('Jinja chat template for instructions; the tokenizer\'s own when left out.'),
  systemPrompt: z.string().optional().describe('System message put before conversations that have none.'),
});

const heldOutSchema = z.union([
  z.strictObject({
    source: slug.describe('Source whose documents are held out.'),
    fraction: fraction.describe('Fraction of the source\'s documents kept out of training, whole groups.').meta({ unit: 'fraction, 0 to 1' }),
  }),
  z.strictObject({
    path: filePath.describe('File, folder or glob of held-out documents, relative to this file.'),
    format: sourceFormatField,
    ...readFields,
    domain: slug.describe('Domain its loss is reported under.'),
  }),
]);

const minhashSchema = z.strictObject({
  nGrams: positiveInteger.default(5).describe('Words in a run; two documents are compared by the runs they share.').meta({ unit: 'words' }),
  numBuckets: positiveInteger.max(64).default(14).describe('Buckets; documents that agree in one of them are compared. More find more.'),
  hashesPerBucket: positiveInteger.max(64).default(8).describe('Hashes that must agree in a bucket. More compare fewer documents that are not alike.'),
  threshold: fraction.default(0.8).describe('Least similarity of near-duplicates: runs of words in both by runs in either (Jaccard), counted exactly.').meta({ unit: 'fraction, 0 to 1' }),
  normNumbers: z.boolean().default(true).describe('Read every number as the same, so that documents that differ only in numbers are near-duplicates. Turn it off where a number is the finding, as in laboratory reports.'),
  seed: seed.default(1).describe('Seed of the hash functions.'),
});
export type MinhashSettings = z.infer<typeof minhashSchema>;

const questionFile = filePath.meta({ files: '**/*.{jsonl,json,csv,parquet}' });
const questionsSchema = z.union([
  questionFile,
  z.strictObject({
    path: questionFile.describe('Question file, relative to this file.'),
    benchmark: slug.optional().describe('Benchmark it is of; told from the file\'s name when left out.'),
    split: z.enum(['train', 'evaluation']).optional().describe('train: the benchmark\'s own training split, whose items are listed as such and do not drop a document. Left out, a file whose name has the word train in it is one.'),
  }),
]);

export const mixSchema = z.strictObject({
  kind: z.literal('mix').default('mix').describe('Kind of this file: a data mix.'),
  name: slug.describe('Name of the mix; its product goes to a folder of this name.'),
  description: z.string().optional().describe('What it is for, in a sentence or two.'),
  seed: seed.default(1),
  tokenizer: filePath.describe('Folder with tokenizer.json, relative to this file.'),
  sequenceLength: positiveInteger.default(1024).describe('Tokens in one training sequence.').meta({ unit: 'tokens' }),
  sources: z.record(slug, sourceSchema).describe('Where documents come from, by name. Of documents that repeat one another, that of the source named first is kept.'),
  deduplicate: z.strictObject({
    exact: z.boolean().default(true).describe('Drop documents whose normalised text was seen before.'),
    minhash: minhashSchema.optional().describe('Drop near-duplicates too: MinHash with buckets, as in datatrove, every pair verified. `minhash: {}` takes the defaults; left out, none are looked for.'),
  }).prefault({}).describe('Which repeated documents are dropped.'),
  decontaminate: z.array(questionsSchema).default([]).describe('Question files whose items must not appear in the training documents: MedQA, PubMedQA, MedMCQA and MMLU as they are distributed, or any file in MedQA\'s form. A file that is not there is not checked, and the report says so.'),
  template: templateSchema.prefault({}).describe('How conversations become text.'),
  stages: z.array(stageSchema).min(1).describe('What is trained on, in order; most mixes have one stage.'),
  repeatCap: z.number().min(1).default(4).describe('Most passes over any source; a stage that needs more is refused.').meta({ unit: 'epochs' }),
  heldOut: z.record(slug, heldOutSchema).default({}).describe('Held-out sets by name; each is a loss curve.'),
  export: z.array(z.enum(['parquet', 'jsonl'])).optional().describe('Also write the mix as rows of tokens for other engines, beside its shards: input_ids, labels and position_ids as parquet, jsonl or both. Left out, `preclinical mix export` writes them when they are wanted.'),
});
export type Mix = z.infer<typeof mixSchema>;

/** Path of an entry of `decontaminate`. */
export function questionPath(entry: Mix['decontaminate'][number]): string {
  return typeof entry === 'string' ? entry : entry.path;
}
