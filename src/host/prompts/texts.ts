// Text of models and questions on its way to the screen: data, never markup, and on one line where there is one line.

/** Characters that would break a line, reorder it or hide in it: controls, bidirectional overrides, zero-width ones. */
const unprintable = /[\p{Cc}\u200B-\u200F\u2028-\u202E\u2060-\u2069\uFEFF]/gu;

/** At most `most` characters, with … where something was left out. */
export function oneLine(text: string, most: number): string {
  const line = text.replace(unprintable, ' ').replace(/\s+/g, ' ').trim();
  const characters = Array.from(line);
  return characters.length <= most ? line : `${characters.slice(0, most - 1).join('').trimEnd()}…`;
}

/** The last words of what streams, since the first ones stand still. */
export function tailOfLine(text: string, most: number): string {
  const characters = Array.from(oneLine(text, Number.MAX_SAFE_INTEGER));
  return characters.length <= most ? characters.join('') : `…${characters.slice(characters.length - most + 1).join('').trimStart()}`;
}

/** Markdown that shows the text as it is: a fence longer than any run of backticks in it. */
export function fenced(text: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}text\n${text}\n${fence}\n`;
}

/** Cuts long text at a whole line or word, saying so. */
export function shortened(text: string, most: number, more: string): string {
  if (text.length <= most) return text;
  const cut = text.slice(0, most);
  const end = Math.max(cut.lastIndexOf('\n'), cut.lastIndexOf(' '), most / 2);
  return `${cut.slice(0, end).trimEnd()} …\n${more}`;
}
