// The model of a server while it is wanted: given back when nobody asks for long, or when its process has grown too large,
// and opened again by the next request.
import { HttpError } from './http-error';
import type { ModelFacts, ModelPlace } from './messages';
import { ModelHost } from './model-host';

export class ModelSlot {
  #host: ModelHost | undefined;
  /** Opening or closing under way; whoever wants the model waits for it. */
  #change: Promise<void> = Promise.resolve();
  #failure: HttpError | undefined;
  #facts: ModelFacts;
  #users = 0;
  readonly #closing = new AbortController();
  #tellEnd: (reason: Error | undefined) => void = () => undefined;
  /** Resolves when it is closed, or when the model's thread ends by itself: with the reason. */
  readonly ended = new Promise<Error | undefined>((resolve) => { this.#tellEnd = resolve; });

  private constructor(private readonly place: ModelPlace, facts: ModelFacts, host: ModelHost) {
    this.#facts = facts;
    this.#take(host);
  }

  /** Throws what is wrong with the checkpoint. */
  static async open(place: ModelPlace): Promise<ModelSlot> {
    const { host, facts } = await ModelHost.start(place);
    return new ModelSlot(place, facts, host);
  }

  /** As it was opened last: how long its context is depends on the memory there was. */
  get facts(): ModelFacts {
    return this.#facts;
  }

  get isOpen(): boolean {
    return this.#host !== undefined;
  }

  /** Requests that have the model or wait for it. */
  get users(): number {
    return this.#users;
  }

  /** Lends the model out, opened first where it is not; it stays open until the work is done. */
  async use(work: (host: ModelHost) => Promise<void>): Promise<void> {
    this.#users += 1;
    try {
      await work(await this.#opened());
    } finally {
      this.#users -= 1;
    }
  }

  /** Drops what is kept for later requests. */
  forget(): void {
    this.#host?.forget();
  }

  /** Gives the model's memory back, unless someone uses it. */
  async unload(): Promise<void> {
    if (this.#users > 0) return;
    const host = this.#host;
    this.#host = undefined;
    if (host) this.#change = this.#change.then(() => host.close());
    await this.#change;
  }

  async close(): Promise<void> {
    this.#closing.abort();
    await this.#change;
    await this.#host?.close();
    this.#tellEnd(undefined);
  }

  async #opened(): Promise<ModelHost> {
    for (;;) {
      if (this.#host) return this.#host;
      const before = this.#change;
      await before;
      // Of those who waited the first opens it, the others wait with it.
      if (this.#change === before && !this.isOpen) this.#change = this.#open();
      await this.#change;
      if (this.#failure) throw this.#failure;
    }
  }

  /** What stands in the way may pass, such as too little memory: the requests that wait are refused, a later one tries again. */
  async #open(): Promise<void> {
    this.#failure = undefined;
    try {
      const { host, facts } = await ModelHost.start(this.place);
      const gone = this.#closing.signal.aborted ? 'The server is closed.'
        : facts.hash === this.#facts.hash ? undefined : `${this.#facts.name} is another model now than when the server started; start it again.`;
      if (gone !== undefined) {
        await host.close();
        throw new Error(gone);
      }
      this.#facts = facts;
      this.#take(host);
    } catch (error) {
      this.#failure = new HttpError(503, 'model_not_open', error instanceof Error ? error.message : String(error), undefined, { 'retry-after': '5' });
    }
  }

  #take(host: ModelHost): void {
    this.#host = host;
    void host.ended.then((reason) => { if (reason) this.#tellEnd(reason); });
  }
}
