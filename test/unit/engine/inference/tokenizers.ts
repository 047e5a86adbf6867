// Small byte-level tokenizers, trained here: one with BOS put before every text, one without BOS.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { loadTokenizer, saveTokenizer, trainByteLevelBpe, type Tokenizer } from '../../../../src/engine/tokenizer';

const text = 'The patient was given aspirin. The answer is B. Which of the following is the answer? '.repeat(4);

export async function saveSmallTokenizer(folder: string, begin?: string): Promise<void> {
  const specialTokens = { ...(begin === undefined ? {} : { begin }), end: '</s>' };
  await saveTokenizer(trainByteLevelBpe([text], { vocabularySize: 300, specialTokens }), folder);
}

export async function smallTokenizer(begin?: string): Promise<Tokenizer> {
  const folder = mkdtempSync(path.join(tmpdir(), 'tokenizer-'));
  try {
    await saveSmallTokenizer(folder, begin);
    return await loadTokenizer(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
