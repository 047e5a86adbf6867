// The server that a prompt file wants vectors from, which is another than the model's. Pure.
import { strategyOf } from '../../documents/cot/strategy';
import type { CotSettings } from '../../documents/cot/schema';

export interface EmbeddingServer {
  readonly address: string;
  /** Environment variable of its key. */
  readonly keyVariable?: string;
}

/** Undefined where no strategy needs vectors, or the model's own endpoint makes them. */
export function embeddingServer({ exemplars, strategies }: Pick<CotSettings, 'exemplars' | 'strategies'>): EmbeddingServer | undefined {
  if (exemplars?.similarity !== 'embeddings' || exemplars.embeddingEndpoint === undefined || !strategies.some((name) => strategyOf(name).exemplars === 'nearest')) return undefined;
  return { address: exemplars.embeddingEndpoint, ...(exemplars.embeddingKeyVariable === undefined ? {} : { keyVariable: exemplars.embeddingKeyVariable }) };
}
