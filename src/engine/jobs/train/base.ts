// The model a run starts from: its own newest checkpoint, the base checkpoint, or random weights; with the tokenizer
// that goes with it, checked against the mix before anything is computed.
import { userError } from '../../../base/errors/problem';
import type { Architecture, Run } from '../../../documents/run/schema';
import type { MixManifest } from '../../data/shard';
import { adapterPlaces, configFromArchitecture, expertTargetNames, initialiseAdapter, initialiseModel, isAdapterFolder, loadModel, parameterShapes, readAdapter, readModelConfig, targetProblem, tokenizerFolderOf, type Model, type ModelConfig } from '../../model';
import { loadTokenizer } from '../../tokenizer';
import type { Tokenizer } from '../../tokenizer/tokenizer';

export interface StartingPoint {
  /** Folder with the tokenizer's files, copied into the first checkpoint this attempt writes. */
  readonly tokenizerFolder: string;
  readonly tokenizer: Tokenizer;
  /** Folder of the weights, or with LoRA of the base they are frozen as; undefined for a new model. */
  readonly weights: string | undefined;
  /** Folder of this run's own adapter, when it goes on with one. */
  readonly adapter: string | undefined;
}

/**
 * @param own newest checkpoint of this job, when there is one.
 * @param base folder of the base checkpoint; undefined for a new model.
 * @param mixTokenizer folder of the mix's tokenizer, for a new model.
 */
export async function findStart(own: string | undefined, base: string | undefined, mixTokenizer: string, manifest: MixManifest): Promise<StartingPoint> {
  const adapter = own !== undefined && isAdapterFolder(own) ? own : undefined;
  const weights = adapter === undefined ? own ?? base : base;
  const checkpoint = own ?? base;
  const tokenizerFolder = checkpoint === undefined ? mixTokenizer : await tokenizerFolderOf(checkpoint);
  const tokenizer = await loadTokenizer(tokenizerFolder);
  if (tokenizer.hash !== manifest.tokenizerHash) {
    throw userError({
      code: 'train-tokenizer-mismatch', file: tokenizerFolder, key: 'tokenizer.json', value: tokenizer.hash.slice(0, 12),
      message: base === undefined
        ? `the tokenizer has changed since the mix '${manifest.name}' was built with ${manifest.tokenizerHash.slice(0, 12)}`
        : `the base checkpoint's tokenizer is not the one the mix '${manifest.name}' was built with (${manifest.tokenizerHash.slice(0, 12)}), so its token ids would mean other text`,
      next: base === undefined ? 'Build the mix again.' : 'Name the base checkpoint\'s folder as `tokenizer` in the mix file and build the mix again.',
    });
  }
  return { tokenizerFolder, tokenizer, weights, adapter };
}

export async function openModel(run: Run, start: StartingPoint, manifest: MixManifest): Promise<Model> {
  const model = start.weights !== undefined ? await loadModel(start.weights) : newModel(run, start.tokenizer);
  const { vocabularySize, maxPositions } = model.config;
  const file = start.weights ?? run.data;
  if (vocabularySize < manifest.vocabularySize) {
    throw refused(model, {
      code: 'train-vocabulary-too-small', file, key: 'vocab_size', value: String(vocabularySize),
      message: `the mix '${manifest.name}' has token ids up to ${manifest.vocabularySize - 1}`, next: 'Use a checkpoint whose embedding covers its tokenizer.',
    });
  }
  if (maxPositions < manifest.sequenceLength) {
    throw refused(model, {
      code: 'train-sequence-too-long', file, key: 'max_position_embeddings', value: String(maxPositions),
      message: `the mix '${manifest.name}' has sequences of ${manifest.sequenceLength} tokens`, next: `Set sequenceLength of the mix to ${maxPositions} or less.`,
    });
  }
  try {
    if (run.lora !== undefined) await attachAdapter(model, run, run.lora, start);
  } catch (error) {
    model.dispose();
    throw error;
  }
  return model;
}

async function attachAdapter(model: Model, run: Run, lora: NonNullable<Run['lora']>, { adapter }: StartingPoint): Promise<void> {
  const shapes = parameterShapes(model.config);
  const missing = lora.targetModules.find((target) => adapterPlaces(shapes, { rank: lora.rank, targetModules: [target] }).length === 0);
  if (missing !== undefined) {
    const known = [...linearLayers([...shapes.keys()]), ...(model.config.experts === undefined ? [] : expertTargetNames)];
    throw userError({
      code: 'train-lora-target', file: run.data, key: 'lora.targetModules', value: missing,
      message: `no linear layer of this model has this name; it has ${known.join(', ')}`, next: 'Choose from these.',
    });
  }
  const problem = targetProblem(lora.targetModules, lora.dropout);
  if (problem !== undefined) {
    throw userError({ code: 'train-lora-experts', file: run.data, key: `lora.${problem.key}`, value: problem.value, message: problem.message, next: problem.key === 'dropout' ? 'Set lora.dropout to 0, or leave the experts out.' : 'Name both, or neither.' });
  }
  model.attach(adapter === undefined ? initialiseAdapter(shapes, lora, run.seed) : await readAdapter(adapter, shapes));
}

/** Last names of the layers' weights, such as q_proj. */
function linearLayers(names: readonly string[]): string[] {
  return [...new Set(names.flatMap((name) => /\.(\w+_proj)\.weight$/.exec(name)?.[1] ?? []))];
}

/** Shape of the model, before it is loaded or made. */
export async function configOf(run: Run, start: StartingPoint): Promise<ModelConfig> {
  return start.weights === undefined ? newConfig(run, start.tokenizer) : readModelConfig(start.weights);
}

export function newConfig(run: Run, tokenizer: Pick<Tokenizer, 'vocabularySize' | 'beginId' | 'endId' | 'padId'>): ModelConfig {
  return configFromArchitecture(architectureOf(run), tokenizer.vocabularySize, tokenizer);
}

function newModel(run: Run, tokenizer: Tokenizer): Model {
  return initialiseModel(newConfig(run, tokenizer), run.seed, architectureOf(run).initialiserStd);
}

function architectureOf(run: Run): Architecture {
  if (typeof run.base === 'string') throw new Error(`Run '${run.name}' has the base '${run.base}' but no base checkpoint was resolved.`);
  return run.base.new;
}

function refused(model: Model, problem: Parameters<typeof userError>[0]): Error {
  model.dispose();
  return userError(problem);
}
