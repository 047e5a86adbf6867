// A small checkpoint with random weights large enough that its opinions are definite, and a byte-level tokenizer.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { openCheckpoint, type LoadedCheckpoint } from '../../../src/engine/inference';
import { initialiseModel, saveModel, type ModelConfig } from '../../../src/engine/model';
import { openBackend, type BackendName } from '../../../src/engine/tensors';
import { saveSmallTokenizer } from '../../unit/engine/inference/tokenizers';

const shape: ModelConfig = {
  family: 'mistral', vocabularySize: 300, hiddenSize: 30, intermediateSize: 45, layers: 2, heads: 6, keyValueHeads: 3, headSize: 6,
  maxPositions: 64, ropeTheta: 10000, slidingWindow: null, normEpsilon: 1e-5, tieEmbeddings: false, bosTokenId: undefined, eosTokenId: 0,
};

/** Opens a checkpoint made in a folder of its own, which is then removed; the caller disposes the model. */
export async function makeCheckpoint(backend: BackendName, changed: Partial<ModelConfig> = {}): Promise<LoadedCheckpoint> {
  await openBackend(backend);
  const folder = mkdtempSync(path.join(tmpdir(), 'checkpoint-'));
  try {
    await saveSmallTokenizer(folder);
    const model = initialiseModel({ ...shape, ...changed }, 11, 0.3);
    await saveModel(model, folder, { dtype: 'f32' });
    model.dispose();
    return await openCheckpoint(folder, backend);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
