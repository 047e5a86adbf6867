// How text is cut before byte-pair encoding: the pattern of GPT-2. It stands in tokenizer.json as a Split with the
// pattern spelled out, since the pattern built into ByteLevel means something else by `\s` in JavaScript (U+FEFF is
// space, U+0085 is not) than in Rust.

/** As written into tokenizer.json, in the dialect of the Rust library, where `\s` is White_Space. */
export const splitPattern = "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+";

const splitter = /'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\p{White_Space}\p{L}\p{N}]+|\p{White_Space}+(?!\P{White_Space})|\p{White_Space}+/gu;

/** Pieces of a text, none empty; together they are the text. */
export function preTokenize(text: string): string[] {
  return text.match(splitter) ?? [];
}
