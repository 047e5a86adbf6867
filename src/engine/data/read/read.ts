// Documents of a file in a known format: the one table from format to reader, and what every document must be.
import { alpacaMessages } from './alpaca';
import { chatMessages } from './chat';
import { toConversation } from './conversation';
import type { ConcreteFormat } from './detect';
import { badRecord, type ConversationMessage, type InputFile, type ReadItem, type ReadOptions, type SourceDocument } from './document';
import { readHtml } from './html/html';
import { setAsideFrom } from './input/failure';
import { readLineDocuments } from './lines';
import { readMarkdown } from './markdown';
import { readPdf } from './pdf';
import { promptCompletionMessages } from './prompt-completion';
import { readPubMedQa } from './pubmedqa';
import { readRecordTexts } from './record-texts';
import type { JsonRecord } from './records/record';
import { containerOf, readRecords, type Container } from './records/records';
import { shareGptMessages } from './sharegpt';
import { readTextFile } from './text';
import { readJats } from './xml/jats';
import { readPubMed } from './xml/pubmed';

type Reader = (file: InputFile, options: ReadOptions) => AsyncGenerator<ReadItem>;

function conversations(toMessages: (record: JsonRecord) => ConversationMessage[]): Reader {
  return async function* read(file, { maximumRecordBytes }) {
    for await (const item of readRecords(file, containerOf(file.name), maximumRecordBytes)) yield item.kind === 'bad' ? item : toConversation(item.value, item.place, toMessages);
  };
}

function texts(container: Container): Reader {
  return (file, options) => readRecordTexts(file, container, options);
}

const readers: Readonly<Record<ConcreteFormat, Reader>> = {
  'text': readTextFile,
  'lines': readLineDocuments,
  'markdown': readMarkdown,
  'html': readHtml,
  'jsonl': texts('json'),
  'csv': texts('csv'),
  'tsv': texts('tsv'),
  'parquet': texts('parquet'),
  'jats': readJats,
  'pubmed': readPubMed,
  'pubmedqa': readPubMedQa,
  'pdf': readPdf,
  'chat': conversations(chatMessages),
  'sharegpt': conversations(shareGptMessages),
  'alpaca': conversations(alpacaMessages),
  'prompt-completion': conversations(promptCompletionMessages),
};

/** Streams documents and bad records in the order of the file. What follows a place where it cannot be read is one bad record. */
export async function* readDocuments(file: InputFile, format: ConcreteFormat, options: ReadOptions): AsyncGenerator<ReadItem> {
  try {
    for await (const item of readers[format](file, options)) yield item.kind === 'bad' ? item : badText(item, options.maximumRecordBytes) ?? item;
  } catch (error) {
    yield setAsideFrom(file, error);
  }
}

/** Text that no tokenizer can give back: NUL marks a binary file, half of a surrogate pair has no UTF-8. */
function badText(document: SourceDocument, maximumBytes: number): ReadItem | undefined {
  for (const text of document.kind === 'text' ? [document.text] : document.messages.map((message) => message.content)) {
    if (text.includes('\0')) return badRecord('nul-bytes', document.place, 'the text has NUL bytes: it is binary, or of another encoding');
    if (/\p{Surrogate}/u.test(text)) return badRecord('not-unicode', document.place, 'the text has half of a surrogate pair');
    if (text.length > maximumBytes) return badRecord('record-too-large', document.place, `the text is larger than ${maximumBytes} bytes`, 'maximumRecordBytes');
  }
  return undefined;
}
