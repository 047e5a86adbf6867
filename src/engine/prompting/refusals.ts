// Questions that an endpoint refuses, such as one too long for its model: they are passed over, told in the end, and asked
// again when the experiment is run on. An endpoint that refuses everything is told at once.
import { UserError, userError } from '../../base/errors/problem';

/** Refusals one after the other, with no answer between, after which the next ones would be refused too. */
const mostInARow = 5;

/** What the server says of this one request; another try would be refused again. */
const ofTheRequest = /^endpoint-(?:400|413|422)$/;

export class Refusals {
  #count = 0;
  #inARow = 0;
  #first: UserError | undefined;

  get count(): number {
    return this.#count;
  }

  answered(): void {
    this.#inARow = 0;
  }

  /** Throws again what is no refusal of this one request, and the first refusal when there are only such. */
  take(error: unknown): void {
    if (!(error instanceof UserError) || !ofTheRequest.test(error.problems[0]!.code)) throw error;
    this.#first ??= error;
    this.#count += 1;
    this.#inARow += 1;
    if (this.#inARow >= mostInARow) throw this.#first;
  }

  /** Throws when there were any. */
  tell(total: number): void {
    if (!this.#first) return;
    const { message, ...problem } = this.#first.problems[0]!;
    throw userError({
      ...problem, code: 'prompt-refused', message: `${this.#count} of ${total} requests were refused, all others are answered and kept; the first: ${message}`,
      next: 'Shorten what is too long (fewer exemplars, a lower maxTokens) or change the request as the endpoint says, then run it again: only these are asked.',
    });
  }
}
