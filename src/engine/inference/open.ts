// Opens a checkpoint folder for scoring and generation: the backend, the weights, the tokenizer, and who they are.
import path from 'node:path';
import { userError } from '../../base/errors/problem';
import { generationFolderOf, loadModel, modelHash, readStopTokens, tokenizerFolderOf, type Model } from '../model';
import { openBackend, type BackendInfo, type BackendName } from '../tensors';
import { loadTokenizer, type Tokenizer } from '../tokenizer';

export interface LoadedCheckpoint {
  readonly model: Model;
  readonly tokenizer: Tokenizer;
  /** For people: the folder's name; of a checkpoint of a run, the run and the step. */
  readonly name: string;
  /** SHA-256 over config and weights. */
  readonly hash: string;
  /** Tokens at which generation ends. */
  readonly stopTokens: ReadonlySet<number>;
  readonly backend: BackendInfo;
}

/** Loads `folder` on `backend`. The caller ends with `checkpoint.model.dispose()` when the process lives on. */
export async function openCheckpoint(folder: string, backend: BackendName = 'wasm'): Promise<LoadedCheckpoint> {
  const backendInfo = await openBackend(backend);
  const tokenizer = await loadTokenizer(await tokenizerFolderOf(folder));
  const hash = await modelHash(folder);
  const model = await loadModel(folder);
  requireTokenizerFits(folder, tokenizer, model);
  const stopTokens = new Set([model.config.eosTokenId, tokenizer.endId, ...(await readStopTokens(await generationFolderOf(folder)))]);
  return { model, tokenizer, name: checkpointName(folder), hash, stopTokens, backend: backendInfo };
}

/** `RUN/step-N` of `RUN/checkpoints/step-N`, `ORG/NAME` of a snapshot in the Hub's cache, else the folder's own name. */
function checkpointName(folder: string): string {
  const parts = path.resolve(folder).split(path.sep);
  const [run, checkpoints, last] = parts.slice(-3);
  if (checkpoints === 'snapshots' && run?.startsWith('models--')) return run.slice('models--'.length).replace('--', '/');
  return checkpoints === 'checkpoints' && run !== undefined ? `${run}/${last}` : path.basename(folder);
}

/** Refuses a tokenizer whose ids the model's embedding does not have, and frees the model. */
export function requireTokenizerFits(folder: string, tokenizer: Tokenizer, model: Model): void {
  const { vocabularySize } = model.config;
  if (tokenizer.vocabularySize <= vocabularySize) return;
  model.dispose();
  throw userError({
    code: 'checkpoint-tokenizer', file: path.join(folder, 'tokenizer.json'), value: String(tokenizer.vocabularySize),
    message: `The tokenizer has more tokens than the model's ${vocabularySize}, so it belongs to another model.`,
    next: 'Copy tokenizer.json and tokenizer_config.json of this checkpoint into its folder.',
  });
}
