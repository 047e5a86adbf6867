// An Ask in the terminal: the text as it streams, then the letter taken from it beside the right one; agreement where a
// question was asked several times.
import { majorityVote } from '../../../documents/cot/vote';
import type { AskRecord, FromAsks, SampleKey } from '../../../protocol/asks';

export class AskScreen {
  readonly #records: AskRecord[] = [];
  /** The answer whose text is being shown; the text of others waits for its end. */
  #shown: string | undefined;

  show(message: FromAsks): void {
    switch (message.type) {
      case 'starting':
        console.error(`Starting ${message.model} …`);
        return;
      case 'text':
        if (this.#shown === undefined) this.#open(message.sample);
        if (this.#shown === nameOf(message.sample)) process.stdout.write(message.text);
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

  #open(sample: SampleKey): void {
    this.#shown = nameOf(sample);
    console.log(`\n${this.#shown}`);
  }

  #close(sample: SampleKey, record: AskRecord): void {
    this.#records.push(record);
    if (this.#shown === undefined) this.#open(sample);
    if (this.#shown !== nameOf(sample)) {
      console.log(`\n${nameOf(sample)}\n${record.answer}`);
    } else {
      this.#shown = undefined;
    }
    console.log(`\n→ ${record.letter ?? 'no answer'}, right: ${record.gold}  (first text after ${record.firstTextMs} ms, ${record.durationMs} ms in all)`);
  }
}

function nameOf({ line, strategy, repeat }: SampleKey): string {
  return `line ${line}, ${strategy}${repeat > 0 ? `, again ${repeat}` : ''}`;
}
