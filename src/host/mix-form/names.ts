// Names for new parts of a mix. Pure.

/** As names of a mix are written: lower case, digits, hyphens, at most 64. */
export function slugOf(text: string): string {
  const plain = text.replace(/(\.[a-z0-9]{1,8}){1,2}$/i, '').toLowerCase().replace(/[^a-z0-9]+/g, '-').replace(/^-+|-+$/g, '');
  return plain.slice(0, 64) || 'documents';
}

/** The name, or with the first number that makes it new. */
export function freeName(name: string, taken: readonly string[]): string {
  if (!taken.includes(name)) return name;
  for (let number = 2; ; number++) {
    const numbered = `${name.slice(0, 60)}-${number}`;
    if (!taken.includes(numbered)) return numbered;
  }
}
