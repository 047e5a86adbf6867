// Words as datatrove counts them in English: as spaCy's rule tokenizer splits a text. Punctuation stands alone, contractions
// and units are split off, numbers, addresses and abbreviations stay whole. Of spaCy's exceptions the common ones are here;
// emoticons and contractions written without an apostrophe are not, so rare words are counted otherwise.

const unit = 'km|km²|km³|m|m²|m³|dm|cm|mm|µm|nm|kg|g|mg|µg|t|lb|oz|m/s|km/h|mph|hPa|Pa|mbar|mb|MB|kb|KB|gb|GB|tb|TB|T|G|M|K|%';
const prefix = /^(?:\.\.+|[§%=—–…,:;!?¿¡()[\]{}<>_#*&。？！，、；：～·।،'"”“`‘´’‚„»«「」『』（）〔〕【】《》〈〉$£€¥©®™°•►]|\+(?![0-9]))/u;
const suffixes: readonly RegExp[] = [
  /(?:\.\.+|[…,:;!?¿¡()[\]{}<>_#*&。？！，、；：～·।،'"”“`‘´’‚„»«「」『』（）〔〕【】《》〈〉—–•►])$/u,
  /['’]s$/iu,
  /(?<=[0-9])(?:\+|[$£€¥])$/u,
  new RegExp(`(?<=[0-9])(?:${unit})$`, 'u'),
  /(?<=[0-9\p{Ll}%²\-+'"”’)\]])\.$/u,
  /(?<=\p{Lu}\p{Lu})\.$/u,
];
const infix = /\.\.+|…|(?<=[0-9])[+\-*^](?=[0-9-])|(?<=[\p{Ll}'"”’])\.(?=[\p{Lu}'"“‘])|(?<=\p{L}),(?=\p{L})|(?<=[\p{L}0-9])(?:---|--|——|-|–|—|~)(?=\p{L})|(?<=[\p{L}0-9])[:<>=/](?=\p{L})/gu;
const address = /^(?:https?:\/\/|www\.)\S+[^\s.,;:!?)\]'"]$|^[\w.+-]+@[\w-]+(?:\.[\w-]+)+$/u;
const abbreviation = /^(?:[A-Za-z]\.|(?:[A-Z]\.){2,}|(?:e\.g|i\.e|a\.m|p\.m|v\.s|vs|co|E\.g|I\.e|Ph\.D|Mr|Mrs|Ms|Dr|Prof|St|Jr|Inc|Co|Corp|Ltd|Bros|Adm|Gen|Gov|Rep|Rev|Sen|Messrs|Mt|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sep|Sept|Oct|Nov|Dec)\.)$/u;
const whole = new Set(['and/or', 'w/o', 'C++', "o'clock", "ma'am"]);
const halves = new Map([['cannot', 3], ['Cannot', 3], ['gonna', 3], ['gotta', 3], ['dont', 2], ['Dont', 2]]);
const notWord = /^(?:ai|are|ca|could|dare|did|do|does|had|has|have|is|may|might|must|need|ought|sha|should|was|were|wo|would)n['’]t$/iu;
const clockHour = /^(?:[1-9]|1[0-2])(?=(?:am|pm|a\.m\.|p\.m\.)$)/u;
const personWord = /^(?:i|you|he|she|it|we|they|this|that|these|those|there|who|what|when|where|why|how)(?=['’](?:m|re|ve|ll|d|s)$)/iu;

export function splitWords(text: string): string[] {
  const words: string[] = [];
  for (const chunk of text.match(/\S+/gu) ?? []) {
    if (/^[a-z]+$/i.test(chunk) && !halves.has(chunk)) words.push(chunk);
    else splitChunk(chunk, words);
  }
  return words;
}

function splitChunk(chunk: string, words: string[]): void {
  let rest = chunk;
  const after: string[] = [];
  while (rest !== '') {
    const special = exceptionOf(rest);
    if (special) {
      words.push(...special);
      rest = '';
      break;
    }
    const start = prefix.exec(rest)?.[0];
    if (start !== undefined) {
      words.push(start);
      rest = rest.slice(start.length);
      continue;
    }
    const end = suffixes.map((suffix) => suffix.exec(rest)?.[0]).find((found) => found !== undefined && found.length > 0);
    if (end === undefined) break;
    after.push(end);
    rest = rest.slice(0, rest.length - end.length);
  }
  splitInside(rest, words);
  for (const end of after.reverse()) words.push(end);
}

function splitInside(rest: string, words: string[]): void {
  let at = 0;
  for (const match of rest.matchAll(infix)) {
    if (match.index > at) words.push(rest.slice(at, match.index));
    words.push(match[0]);
    at = match.index + match[0].length;
  }
  if (at < rest.length) words.push(rest.slice(at));
}

/** What stays as it is or is split at a place of its own. */
function exceptionOf(chunk: string): readonly string[] | undefined {
  if (whole.has(chunk) || abbreviation.test(chunk) || address.test(chunk)) return [chunk];
  const half = halves.get(chunk) ?? (notWord.test(chunk) ? chunk.length - 3 : (clockHour.exec(chunk) ?? personWord.exec(chunk))?.[0].length);
  return half === undefined ? undefined : [chunk.slice(0, half), chunk.slice(half)];
}
