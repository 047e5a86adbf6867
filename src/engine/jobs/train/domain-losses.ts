// Held-out loss and bits per byte of a domain that several sets belong to: nats of all of them over their tokens and over
// their bytes, so that a small set counts as little as it is.
import type { HeldOutLoss } from '../../train';

interface Measured { readonly step: number; readonly sets: Set<string>; nats: number; tokens: number; bytes: number }

export class DomainLosses {
  /** Domains of more than one set, by set. */
  readonly #domains: ReadonlyMap<string, { readonly domain: string; readonly sets: number }>;
  readonly #measured = new Map<string, Measured>();

  constructor(sets: readonly { readonly name: string; readonly domain: string }[]) {
    const sizes = sets.map(({ name, domain }) => [name, { domain, sets: sets.filter((one) => one.domain === domain).length }] as const);
    this.#domains = new Map(sizes.filter(([, one]) => one.sets > 1));
  }

  /** Takes the loss of one set; gives the metrics of its domain once all its sets were measured at this step. */
  take(step: number, set: string, { loss, bitsPerByte, tokens }: HeldOutLoss): Record<string, number> {
    const found = this.#domains.get(set);
    if (found === undefined) return {};
    const earlier = this.#measured.get(found.domain);
    const measured = earlier?.step === step ? earlier : { step, sets: new Set<string>(), nats: 0, tokens: 0, bytes: 0 };
    this.#measured.set(found.domain, measured);
    measured.sets.add(set);
    measured.nats += loss * tokens;
    measured.tokens += tokens;
    measured.bytes += (loss * tokens) / Math.LN2 / bitsPerByte;
    if (measured.sets.size < found.sets) return {};
    const name = `heldout/domain/${found.domain}`;
    return { [`${name}/loss`]: measured.nats / measured.tokens, [`${name}/bitsPerByte`]: measured.nats / Math.LN2 / measured.bytes };
  }
}
