// The 256 printable characters that stand for bytes in a byte-level BPE (GPT-2, `bytes_to_unicode`): printable Latin-1
// characters stand for themselves, every other byte for the next unused character from U+0100 on.

function isPrintable(byte: number): boolean {
  return (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte <= 0xac) || (byte >= 0xae && byte <= 0xff);
}

/** Character of each byte, by byte. */
export const characterOfByte: readonly string[] = (() => {
  let next = 0x100;
  return Array.from({ length: 256 }, (_, byte) => String.fromCharCode(isPrintable(byte) ? byte : next++));
})();

const encoder = new TextEncoder();

/** UTF-8 bytes of a text, each as its character. */
export function toByteCharacters(text: string): string {
  let characters = '';
  for (const byte of encoder.encode(text)) characters += characterOfByte[byte]!;
  return characters;
}
