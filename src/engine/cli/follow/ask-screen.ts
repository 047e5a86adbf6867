// An Ask in the terminal: the text as it streams, then the letter taken from it beside the right one; agreement where a
// question was asked several times.
import { majorityVote } from '../../../documents/cot/vote';
import type { AskRecord, FromAsks, SampleKey } from '../../../protocol/asks';
import { describeDownload } from './download-progress';

export class AskScreen {
  readonly #records: AskRecord[] = [];
  /** The answer whose text is being shown; the text of others waits for its end. */
  #shown: string | undefined;
  /** What came of each answer under way. */
  readonly #texts = new Map<string, string>();
  /** Answers that ended while another was being shown. */
  readonly #finished: { readonly sample: SampleKey; readonly record: AskRecord }[] = [];

  show(message: FromAsks): void {
    switch (message.type) {
      case 'downloading':
        console.error(describeDownload(message.file, message.doneBytes, message.totalBytes));
        return;
      case 'starting':
        console.error(`Starting ${message.model} …`);
        return;
      case 'text':
        this.#add(message.sample, message.text);
        return;
      case 'answered':
        this.#close(message.sample, message.record);
        return;
      case 'ready':
      case 'asked':
      case 'done':
      case 'cancelled':
      case 'failed':
    }
  }

  /** Says the vote of every question and strategy that has several answers. */
  end(): void {
    this.#printFinished();
    const groups = new Map<string, AskRecord[]>();
    for (const record of this.#records) {
      const name = `line ${record.line}, ${record.strategy}`;
      groups.set(name, [...groups.get(name) ?? [], record]);
    }
    for (const [name, records] of groups) {
      if (records.length < 2) continue;
      const { letter, votes } = majorityVote(records.sort((a, b) => a.repeat - b.repeat).map((record) => record.letter), 'first-seen');
      console.log(`${name}: ${letter ?? 'no answer'} by ${votes} of ${records.length}; right: ${records[0]!.gold}`);
    }
    console.log('For research on language models; no medical advice.');
  }

  #add(sample: SampleKey, text: string): void {
    const name = nameOf(sample);
    const before = this.#texts.get(name) ?? '';
    this.#texts.set(name, before + text);
    if (this.#shown === undefined) {
      this.#open(sample);
      process.stdout.write(before);
    }
    if (this.#shown === name) process.stdout.write(text);
  }

  #open(sample: SampleKey): void {
    this.#shown = nameOf(sample);
    console.log(`\n${this.#shown}`);
  }

  #close(sample: SampleKey, record: AskRecord): void {
    this.#records.push(record);
    this.#texts.delete(nameOf(sample));
    if (this.#shown !== undefined && this.#shown !== nameOf(sample)) {
      this.#finished.push({ sample, record });
      return;
    }
    if (this.#shown === undefined) printWhole(sample, record);
    else printLetter(record);
    this.#shown = undefined;
    this.#printFinished();
  }

  #printFinished(): void {
    for (const { sample, record } of this.#finished.splice(0)) printWhole(sample, record);
  }
}

function printWhole(sample: SampleKey, record: AskRecord): void {
  console.log(`\n${nameOf(sample)}\n${record.answer}`);
  printLetter(record);
}

function printLetter(record: AskRecord): void {
  console.log(`\n→ ${record.letter ?? 'no answer'}, right: ${record.gold}  (first text after ${record.firstTextMs} ms, ${record.durationMs} ms in all)`);
}

function nameOf({ line, strategy, repeat }: SampleKey): string {
  return `line ${line}, ${strategy}${repeat > 0 ? `, again ${repeat}` : ''}`;
}
