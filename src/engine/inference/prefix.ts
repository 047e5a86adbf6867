// The token a text stands on when nothing comes before it.
import type { Tokenizer } from '../tokenizer';

/** BOS, or EOS where a tokenizer has no BOS, as lm-evaluation-harness's `prefix_token_id`. */
export function prefixToken(tokenizer: Tokenizer): number {
  return tokenizer.beginId ?? tokenizer.endId;
}
