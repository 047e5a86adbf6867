// A tokenizer as tokenizer.json describes it: added tokens are found, the rest is normalised, cut and merged. Equal to the
// Rust tokenizers library in every id and every decoded text (test/reference/make_tokenizers.py). Written here because
// @huggingface/tokenizers is not: it lacks whole-word added tokens, trims them by JavaScript's idea of white space, does not
// split Metaspace or merge splits, tells digits apart by ASCII, fuses unknown tokens over pieces and decodes broken bytes
// and byte order marks otherwise. Its translation of regular expressions is used.
import { AddedTokenFinder, readAddedTokens, type AddedToken } from './added-tokens';
import { BytePairEncoder } from './byte-pair';
import { decoder, type Decode } from './decode';
import { partOf, TokenizerProblem, type Json } from './json';
import { normaliser, type Normalise } from './normalise';
import { aroundOf, type Around } from './post-process';
import { preTokeniser, type PreTokenise } from './pre-tokenise';

export { TokenizerProblem } from './json';

export class TokenizerPipeline {
  readonly addedTokens: readonly AddedToken[];
  /** Ids the post-processor puts around a text. */
  readonly around: Around;
  readonly #tokens: string[] = [];
  readonly #idOf: Map<string, number>;
  readonly #specialIds: ReadonlySet<number>;
  readonly #literal: AddedTokenFinder;
  readonly #normalised: AddedTokenFinder;
  readonly #normalise: Normalise;
  readonly #preTokenise: PreTokenise;
  readonly #encoder: BytePairEncoder;
  readonly #decode: Decode;

  /** Throws a TokenizerProblem for what is malformed or not computed. */
  constructor(json: Json) {
    const model = partOf(json, 'model');
    if (model === undefined) throw new TokenizerProblem('model', 'the file has no model');
    this.#encoder = BytePairEncoder.read(model);
    const parts = { normalizer: partOf(json, 'normalizer'), preTokenizer: partOf(json, 'pre_tokenizer'), postProcessor: partOf(json, 'post_processor'), decoder: partOf(json, 'decoder') };
    this.#normalise = parts.normalizer ? normaliser(parts.normalizer) : (text) => text;
    this.#preTokenise = parts.preTokenizer ? preTokeniser(parts.preTokenizer) : (pieces) => [...pieces];
    this.around = parts.postProcessor ? aroundOf(parts.postProcessor) : { before: [], after: [] };
    this.#decode = parts.decoder ? decoder(parts.decoder) : (tokens) => [tokens.join(' ')];
    this.addedTokens = readAddedTokens(json);
    this.#literal = new AddedTokenFinder(this.addedTokens.filter(({ normalized }) => !normalized));
    this.#normalised = new AddedTokenFinder(this.addedTokens.filter(({ normalized }) => normalized), this.#normalise);
    this.#idOf = new Map([...this.#encoder.vocabulary, ...this.addedTokens.map(({ content, id }) => [content, id] as const)]);
    for (const [token, id] of this.#idOf) this.#tokens[id] = token;
    // As the library has it: such a token is called what it is found by.
    for (const { id, content, normalized } of this.addedTokens) if (normalized) this.#tokens[id] = this.#normalise(content);
    const stranger = [...this.around.before, ...this.around.after].find((id) => this.#tokens[id] === undefined);
    if (stranger !== undefined) throw new TokenizerProblem('post_processor', 'this puts an id around texts that is no token', String(stranger));
    this.#specialIds = new Set(this.addedTokens.filter(({ special }) => special).map(({ id }) => id));
  }

  /** One more than the largest id. */
  get vocabularySize(): number {
    return this.#tokens.length;
  }

  idOf(token: string): number | undefined {
    return this.#idOf.get(token);
  }

  /** Ids of a text without those around it. @param specialAsText special tokens spelled out in the text stay text. */
  encode(text: string, specialAsText = false): number[] {
    const ids: number[] = [];
    for (const section of this.#literal.split(text, specialAsText)) {
      if (section.id !== undefined) ids.push(section.id);
      else {
        for (const part of this.#normalised.split(this.#normalise(section.text), specialAsText)) {
          if (part.id !== undefined) ids.push(part.id);
          else this.#encodePlain(part.text, section.start + part.start === 0, ids);
        }
      }
    }
    return ids;
  }

  #encodePlain(text: string, isStart: boolean, into: number[]): void {
    for (const piece of this.#preTokenise([{ text, isStart }])) {
      for (const id of this.#encoder.encode(piece.text)) into.push(id);
    }
  }

  /** Text of ids; those without a token are left out. */
  decode(ids: readonly number[], keepSpecial: boolean): string {
    const tokens = ids.flatMap((id) => (this.#tokens[id] === undefined || (!keepSpecial && this.#specialIds.has(id)) ? [] : [this.#tokens[id]]));
    return this.#decode(tokens).join('');
  }
}
