// A few documents of every step and source for looking at, chosen by the seed, with their text in a file of its own.
import { RandomStream } from '../../../base/math/random';
import { type MixStep, type SampleLine, samplesName, samplesPerStep, type SampleText, sampleTextsName } from '../../../protocol/mix-findings';
import { type ChatSettings, renderConversation } from '../chat/encode';
import type { SourceDocument } from '../read/document';
import { documentOf } from '../steps/read-step';
import type { Tokenizer } from '../../tokenizer';
import type { Corpus } from './corpus';
import type { WalkedRecord } from './walk';
import { ProductFile, type WrittenFile } from './write';

/** Of one text. */
const mostCharacters = 40_000;

interface Candidate { readonly rank: number; readonly record: WalkedRecord; readonly step: SampleLine['step']; readonly reason: string | undefined }

export class Samples {
  readonly #chosen = new Map<string, Candidate[]>();

  constructor(private readonly seed: number) {}

  offer(record: WalkedRecord, step: MixStep | 'kept', reason?: string): void {
    if (record.line.kind === 'bad') return;
    const { source, position } = record.found;
    const rank = RandomStream.of(this.seed, `mix/sample/${source}/${position}`).uint32();
    const list = this.#chosen.get(`${source}/${step}`) ?? [];
    this.#chosen.set(`${source}/${step}`, list);
    if (list.length === samplesPerStep && rank >= list.at(-1)!.rank) return;
    list.push({ rank, record, step, reason });
    list.sort((a, b) => a.rank - b.rank);
    if (list.length > samplesPerStep) list.pop();
  }

  async write(folder: string, corpus: Corpus, tokenizer: Tokenizer, chat: ChatSettings): Promise<WrittenFile[]> {
    const lines = await ProductFile.create(folder, samplesName);
    const texts = await ProductFile.create(folder, sampleTextsName);
    let offset = 0;
    const put = async (text: string): Promise<SampleText> => {
      const isCut = text.length > mostCharacters;
      const bytes = Buffer.from(isCut ? text.slice(0, mostCharacters).replace(/[\ud800-\udbff]$/, '') : text, 'utf8');
      await texts.write(bytes);
      offset += bytes.length;
      return { offset: offset - bytes.length, bytes: bytes.length, ...(isCut ? { cut: true } : {}) };
    };
    for (const { record, step, reason } of [...this.#chosen.values()].flat()) {
      const { line, piece, found, row } = record;
      if (line.kind === 'bad') continue;
      const document = documentOf(line, corpus.readText(piece, line.offset, line.bytes));
      const before = await put(readableText(document));
      const after = step === 'kept' ? asTrained(corpus.screened(row), tokenizer, chat) : undefined;
      await lines.text(`${JSON.stringify({
        ...found, step, ...(reason === undefined ? {} : { reason }), before,
        ...(after ? { after: await put(after.text), ...(after.learned ? { learned: after.learned } : {}) } : {}),
      } satisfies SampleLine)}\n`);
    }
    return [await lines.close(), await texts.close()];
  }
}

/** Of a conversation its messages with their roles. */
export function readableText(document: SourceDocument): string {
  return document.kind === 'text' ? document.text : document.messages.map(({ role, content }) => `${role}: ${content}`).join('\n\n');
}

function asTrained(document: SourceDocument, tokenizer: Tokenizer, chat: ChatSettings): { readonly text: string; readonly learned?: SampleLine['learned'] } | undefined {
  if (document.kind === 'text') return { text: document.text };
  const rendered = renderConversation(document.messages, tokenizer, chat);
  return typeof rendered === 'string' ? undefined : { text: rendered.text, learned: rendered.learned };
}
