// Where a stretch of a document's text stands in the file it was read from. The text of a document is that of its record with
// `\n` line ends and without the blank around it; a string of JSON has escapes of its own. Pure.

/** UTF-16 code units. */
export interface Stretch { readonly start: number; readonly end: number }

/** Of a document that is a whole text file. */
export function stretchInFile(fileText: string, stretch: Stretch): Stretch {
  const lead = fileText.length - fileText.trimStart().length;
  const positions = rawPositions(fileText.slice(lead), (raw, at) => (raw.startsWith('\r\n', at) ? 2 : 1));
  return { start: lead + positions(stretch.start), end: lead + positions(stretch.end) };
}

/** Of a document that is one line; with a field, the line is a JSON object and the document the string in it. Undefined when it is none. */
export function stretchInLine(line: string, stretch: Stretch, field?: string): Stretch | undefined {
  if (field === undefined) {
    const lead = line.length - line.trimStart().length;
    return { start: lead + stretch.start, end: lead + stretch.end };
  }
  const from = stringStart(line, field);
  if (from === undefined) return undefined;
  const unitsAt = (raw: string, at: number): number => (raw[at] !== '\\' ? 1 : raw.startsWith('\\r\\n', at) ? 4 : raw[at + 1] === 'u' ? 6 : 2);
  const body = line.slice(from);
  const lead = blankLength(body);
  const positions = rawPositions(body.slice(lead), unitsAt);
  return { start: from + lead + positions(stretch.start), end: from + lead + positions(stretch.end) };
}

/** Raw code units that the decoded ones take, one decoded unit after the other. */
function rawPositions(raw: string, unitsAt: (raw: string, at: number) => number): (decoded: number) => number {
  return (decoded) => {
    let at = 0;
    for (let unit = 0; unit < decoded && at < raw.length; unit++) at += unitsAt(raw, at);
    return Math.min(at, raw.length);
  };
}

/** Raw length of the blank that a string literal begins with, written plainly or as escapes. */
function blankLength(body: string): number {
  return /^(?:\s|\\[nrtf]|\\u(?:0009|000[a-dA-D]|0020|00[aA]0|2028|2029|feff|FEFF))*/.exec(body)![0].length;
}

/** Behind the opening quote of a field's string, of the object itself and not of one within. */
function stringStart(line: string, field: string): number | undefined {
  const token = /"(?:[^"\\]|\\.)*"|[{}[\]:,]/g;
  let depth = 0;
  let key: string | undefined;
  let isAfterColon = false;
  for (let found = token.exec(line); found; found = token.exec(line)) {
    const [text] = found;
    if (text === '{' || text === '[') depth += 1;
    else if (text === '}' || text === ']') depth -= 1;
    else if (text === ':') isAfterColon = true;
    else if (text === ',') isAfterColon = false;
    else if (depth === 1 && !isAfterColon) key = decoded(text);
    else if (depth === 1 && key === field) return found.index + 1;
  }
  return undefined;
}

function decoded(literal: string): string | undefined {
  try {
    return JSON.parse(literal) as string;
  } catch {
    return undefined;
  }
}
