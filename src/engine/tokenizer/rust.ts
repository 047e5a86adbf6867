// Many texts at once by the Rust tokenizers library, where that optional part is installed: the same ids, on all cores.
import path from 'node:path';
import { findPart, loadPart } from '../parts/installed';
import type { Tokenizer } from './tokenizer';

/** What is used of the package. */
interface RustTokenizer {
  disableTruncation(): void;
  disablePadding(): void;
  encodeBatch(texts: readonly string[], options: { addSpecialTokens: boolean }): Promise<{ getIds(): number[] }[]>;
}
interface RustPackage { readonly Tokenizer: { fromFile(file: string): RustTokenizer } }

/** Texts to ids as `encode` with both of its options gives them. */
export type EncodeTexts = (texts: readonly string[]) => Promise<number[][]>;

/** Undefined when the part is not installed, or does not take this tokenizer. */
export async function rustEncoder(folder: string, tokenizer: Tokenizer): Promise<EncodeTexts | undefined> {
  if (!findPart('tokenizers')) return undefined;
  let rust: RustTokenizer;
  try {
    const { Tokenizer: Rust } = await loadPart('tokenizers') as RustPackage;
    rust = Rust.fromFile(path.join(folder, 'tokenizer.json'));
    rust.disableTruncation();
    rust.disablePadding();
  } catch {
    return undefined;
  }
  const special = [...tokenizer.specialTokens.keys()];
  return async (texts) => {
    const found = await rust.encodeBatch(texts, { addSpecialTokens: true });
    // There a special token that a text spells out is the token; documents are read as the characters they are written with.
    return texts.map((text, at) => (special.some((token) => text.includes(token))
      ? tokenizer.encode(text, { addSpecialTokens: true, specialTokensAsText: true }) : found[at]!.getIds()));
  };
}
