// The families we compute, and the values transformers 5 takes for each where config.json is silent.
import type { ModelConfig } from '../config';

export interface Family {
  /** model_type of config.json. */
  readonly name: ModelConfig['family'];
  /** The class with a language-model head, in `architectures`. */
  readonly className: string;
  readonly defaults: {
    readonly intermediateSize: number;
    /** null for as many as there are heads. */
    readonly keyValueHeads: number | null;
    readonly maxPositions: number;
    readonly normEpsilon: number;
    readonly ropeTheta: number;
    readonly slidingWindow: number | null;
  };
  /** Whether the family reads sliding_window; one that does not sees every key. */
  readonly hasWindow: boolean;
  /** Whether it reads attention_bias and mlp_bias. */
  readonly hasBiases: boolean;
  readonly hasExperts: boolean;
}

export const families: Readonly<Record<ModelConfig['family'], Family>> = {
  mistral: {
    name: 'mistral', className: 'MistralForCausalLM', hasWindow: true, hasBiases: false, hasExperts: false,
    defaults: { intermediateSize: 14336, keyValueHeads: 8, maxPositions: 131072, normEpsilon: 1e-6, ropeTheta: 10000, slidingWindow: 4096 },
  },
  llama: {
    name: 'llama', className: 'LlamaForCausalLM', hasWindow: false, hasBiases: true, hasExperts: false,
    defaults: { intermediateSize: 11008, keyValueHeads: null, maxPositions: 2048, normEpsilon: 1e-6, ropeTheta: 10000, slidingWindow: null },
  },
  mixtral: {
    name: 'mixtral', className: 'MixtralForCausalLM', hasWindow: true, hasBiases: false, hasExperts: true,
    defaults: { intermediateSize: 14336, keyValueHeads: 8, maxPositions: 131072, normEpsilon: 1e-5, ropeTheta: 1000000, slidingWindow: null },
  },
};
