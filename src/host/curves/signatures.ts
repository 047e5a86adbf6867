// Failure signatures of one job as the curves panel has them, taken from its events as they come. Pure.
import type { JobEvent, SignatureEvent } from '../../protocol/events';
import type { CurveSignature } from '../../protocol/panels/curves';
import { describeConcerned } from '../../runs/events/concerned';

export class CurveSignatures {
  readonly #found: { readonly attempt: number; readonly signature: CurveSignature }[] = [];
  /** Of the last measurement before. */
  #tokens = 0;

  get signatures(): CurveSignature[] {
    return this.#found.map(({ signature }) => signature);
  }

  /** @param elapsedMs training time up to the event, over all attempts. */
  take(event: JobEvent, elapsedMs: number): void {
    if (event.type === 'metrics') this.#tokens = event.tokens;
    if (event.type === 'resumed') this.#takeBack(event.attempt, event.fromStep);
    if (event.type === 'signature') this.#found.push({ attempt: event.attempt, signature: describe(event, this.#tokens, elapsedMs) });
  }

  /** What was found past the step that a later attempt goes on from is found again, or did not happen. */
  #takeBack(attempt: number, fromStep: number): void {
    const kept = this.#found.filter((one) => one.attempt >= attempt || one.signature.step <= fromStep);
    this.#found.splice(0, this.#found.length, ...kept);
  }
}

function describe({ kind, step, message, metric = 'train/loss', updates, documents }: SignatureEvent, tokens: number, elapsedMs: number): CurveSignature {
  return { kind, metric, step, tokens, elapsedMs, message, ...(updates && { updates }), ...(documents && { documents: describeConcerned(documents) }) };
}
