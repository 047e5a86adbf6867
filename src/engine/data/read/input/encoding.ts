// Which encoding a file says it has, by its byte order mark or, for XML and HTML, in its first lines. UTF-8 otherwise;
// an encoding is never guessed.

export type Markup = 'xml' | 'html';

/** Bytes in which a declaration must stand; HTML's own limit. */
export const declarationBytes = 1024;

/** A label that TextDecoder takes. */
export function declaredEncoding(start: Buffer, markup: Markup | undefined): string {
  if (start[0] === 0xff && start[1] === 0xfe) return 'utf-16le';
  if (start[0] === 0xfe && start[1] === 0xff) return 'utf-16be';
  const text = start.subarray(0, declarationBytes).toString('latin1');
  const label = markup === 'xml' ? /^(?:\xef\xbb\xbf)?<\?xml[^>]*?\sencoding\s*=\s*["']([\w.:-]+)["']/.exec(text)?.[1]
    : markup === 'html' ? /<meta\b[^>]*?\bcharset\s*=\s*["']?([\w.:-]+)/i.exec(text)?.[1] : undefined;
  // Read as bytes to get here, so a declaration of UTF-16 cannot be true.
  return label === undefined || /^utf-?16/i.test(label) ? 'utf-8' : label;
}

/** Undefined when the label is of no encoding known here. */
export function strictDecoder(label: string): InstanceType<typeof TextDecoder> | undefined {
  try {
    return new TextDecoder(label, { fatal: true });
  } catch {
    return undefined;
  }
}
