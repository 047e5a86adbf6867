// Ends a choice at a stop string. Text that may be the start of one is held back until it is known not to be, and
// tokens are released with their text, so that a stop string never reaches the client in part.

export interface Held { readonly text: string }

export class StopFilter<T extends Held> {
  #held: T[] = [];
  #text = '';

  constructor(readonly stops: readonly string[]) {}

  /** Takes one token; returns the tokens that may go out now, the last one's text cut where a stop string starts. */
  push(token: T): { readonly released: readonly { readonly token: T; readonly text: string }[]; readonly stopped: boolean } {
    this.#held.push(token);
    this.#text += token.text;
    const at = Math.min(...this.stops.map((stop) => this.#text.indexOf(stop)).filter((index) => index >= 0));
    if (Number.isFinite(at)) return { released: this.#release(at, true), stopped: true };
    return { released: this.#release(this.#text.length - this.#longestOpenStop(), false), stopped: false };
  }

  /** What is still held when the model ends by itself. */
  flush(): readonly { readonly token: T; readonly text: string }[] {
    return this.#release(this.#text.length, false);
  }

  /** Releases whole tokens that end at or before `length`; with `cut`, also the start of the one across it. */
  #release(length: number, cut: boolean): { token: T; text: string }[] {
    const released: { token: T; text: string }[] = [];
    let end = 0;
    for (const token of this.#held) {
      const start = end;
      end += token.text.length;
      if (end > length) {
        if (cut && start < length) released.push({ token, text: token.text.slice(0, length - start) });
        break;
      }
      if (cut && start === length) break;
      released.push({ token, text: token.text });
    }
    this.#held = this.#held.slice(released.length);
    this.#text = this.#held.map((token) => token.text).join('');
    return released;
  }

  /** Length of the longest end of the text that a stop string starts with. */
  #longestOpenStop(): number {
    const longest = Math.max(0, ...this.stops.map((stop) => stop.length - 1));
    for (let length = Math.min(longest, this.#text.length); length > 0; length--) {
      const end = this.#text.slice(-length);
      if (this.stops.some((stop) => stop.startsWith(end))) return length;
    }
    return 0;
  }
}
