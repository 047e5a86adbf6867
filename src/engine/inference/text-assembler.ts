// Turns tokens into text as they come: no half characters, spaces as the whole text would have them, and nothing of a
// stop string, even one that spans tokens.

const incomplete = '\ufffd';

/** What is needed of a tokenizer. */
export interface Decoder { decode(ids: readonly number[]): string }

export class TextAssembler {
  readonly #ids: number[] = [];
  /** Tokens before this one no longer influence the text of new ones; those between it and `#read` are the context. */
  #context = 0;
  #read = 0;
  /** Text that may yet be the beginning of a stop string. */
  #held = '';
  #stopped = false;

  constructor(private readonly tokenizer: Decoder, private readonly stop: readonly string[]) {}

  /** A stop string has appeared; what follows it is left out. */
  get stopped(): boolean {
    return this.#stopped;
  }

  /** Adds a token and gives the text that is now certain. */
  push(id: number): string {
    this.#ids.push(id);
    const text = this.#newText();
    return text.endsWith(incomplete) ? '' : this.#release(this.#accept(text));
  }

  /** What was held back, once no token will follow: the beginning of a stop string, and a character left incomplete. */
  finish(): string {
    if (this.#stopped) return '';
    const rest = this.#release(this.#accept(this.#newText())) + this.#held;
    this.#held = '';
    return rest;
  }

  /** Decoding some tokens before the new ones keeps the spaces a tokenizer drops at the start of a text. */
  #newText(): string {
    const known = this.tokenizer.decode(this.#ids.slice(this.#context, this.#read));
    return this.tokenizer.decode(this.#ids.slice(this.#context)).slice(known.length);
  }

  #accept(text: string): string {
    this.#context = this.#read;
    this.#read = this.#ids.length;
    return text;
  }

  #release(text: string): string {
    const pending = this.#held + text;
    const at = Math.min(...this.stop.filter((stop) => stop !== '').map((stop) => pending.indexOf(stop)).filter((index) => index >= 0));
    if (at !== Infinity) {
      this.#stopped = true;
      this.#held = '';
      return pending.slice(0, at);
    }
    const keep = Math.max(0, ...this.stop.map((stop) => overlap(pending, stop)));
    this.#held = keep === 0 ? '' : pending.slice(-keep);
    return pending.slice(0, pending.length - keep);
  }
}

/** Length of the longest end of `text` that a stop string begins with; shorter than the stop string. */
function overlap(text: string, stop: string): number {
  for (let length = Math.min(stop.length - 1, text.length); length > 0; length--) {
    if (text.endsWith(stop.slice(0, length))) return length;
  }
  return 0;
}
