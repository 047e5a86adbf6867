// A short name for a licence, from its address or from the words of its statement.

/** `CC BY-NC 4.0`, `CC0`, `public domain`, or undefined when nothing known is said. */
export function licenceName(statement: string): string | undefined {
  const address = /creativecommons\.org\/(licenses|publicdomain)\/([a-z-]+)(?:\/(\d\.\d))?/i.exec(statement);
  if (address) {
    const [, kind, name = '', version] = address;
    if (kind!.toLowerCase() === 'publicdomain') return name.toLowerCase() === 'zero' ? 'CC0' : 'public domain';
    return ['CC', name.toUpperCase(), version].filter(Boolean).join(' ');
  }
  const words = statement.toLowerCase().replace(/[\s-]+/g, ' ');
  if (words.includes('creative commons')) {
    if (words.includes('cc0') || words.includes('public domain dedication')) return 'CC0';
    const conditions = [['non ?commercial', 'NC'], ['no ?deriv', 'ND'], ['share ?alike', 'SA']]
      .filter(([pattern]) => new RegExp(pattern!).test(words)).map(([, short]) => short);
    return `CC ${['BY', ...conditions].join('-')}`;
  }
  return words.includes('public domain') ? 'public domain' : undefined;
}
