// Documents of a file in a known format: the one table from format to reader.
import { alpacaMessages } from './alpaca';
import { chatMessages } from './chat';
import { toConversation } from './conversation';
import type { ConcreteFormat } from './detect';
import type { ConversationMessage, InputFile, ReadItem, ReadOptions } from './document';
import { readJats } from './jats';
import { readJsonTexts } from './jsonl';
import { readLineDocuments } from './lines';
import { readMarkdown } from './markdown';
import { promptCompletionMessages } from './prompt-completion';
import { readPubMedQa } from './pubmedqa';
import { readRecords, type JsonRecord } from './records';
import { shareGptMessages } from './sharegpt';
import { readTextFile } from './text';

type Reader = (file: InputFile, options: ReadOptions) => AsyncGenerator<ReadItem>;

function conversations(toMessages: (record: JsonRecord) => ConversationMessage[]): Reader {
  return async function* read(file) {
    for await (const item of readRecords(file)) yield item.kind === 'bad' ? item : toConversation(item.value, item.place, toMessages);
  };
}

const readers: Readonly<Record<ConcreteFormat, Reader>> = {
  'text': readTextFile,
  'lines': readLineDocuments,
  'markdown': readMarkdown,
  'jsonl': readJsonTexts,
  'jats': readJats,
  'pubmedqa': readPubMedQa,
  'chat': conversations(chatMessages),
  'sharegpt': conversations(shareGptMessages),
  'alpaca': conversations(alpacaMessages),
  'prompt-completion': conversations(promptCompletionMessages),
};

/** Streams documents and bad records in the order of the file. */
export function readDocuments(file: InputFile, format: ConcreteFormat, options: ReadOptions): AsyncGenerator<ReadItem> {
  return readers[format](file, options);
}
