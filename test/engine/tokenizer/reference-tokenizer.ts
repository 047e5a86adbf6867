// The tokenizer of our own trainer that test/reference/make_tokenizer.py is shown.
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { packageRoot } from '../../../src/engine/parts/assets';
import { saveTokenizer, simpleChatTemplate, simpleChatTokens, trainByteLevelBpe } from '../../../src/engine/tokenizer';

export const referenceText = (name: string): Promise<string> => readFile(path.join(packageRoot, 'test', 'reference', name), 'utf8');

/** Writes it to the folder and returns its merges, in the order in which they were learnt. */
export async function saveReferenceTokenizer(folder: string): Promise<readonly string[]> {
  const files = trainByteLevelBpe([await referenceText('tokenizer-corpus.txt')], {
    vocabularySize: 480,
    specialTokens: { begin: '<s>', end: '</s>', pad: '<pad>', additional: simpleChatTokens },
    chatTemplate: simpleChatTemplate,
  });
  await saveTokenizer(files, folder);
  return (JSON.parse(files['tokenizer.json']) as { model: { merges: string[] } }).model.merges;
}
