// The shape of a model as metadata of llama.cpp's `llama` architecture, which computes Mistral, Mixtral and Llama.
import { userError } from '../../base/errors/problem';
import type { ModelConfig } from '../model';
import type { GgufTensor, GgufValue } from './write';

export interface Architecture { readonly metadata: Map<string, GgufValue>; readonly tensors: readonly GgufTensor[]; readonly notes: readonly string[] }

export function ggufArchitecture(config: ModelConfig): Architecture {
  const metadata = new Map<string, GgufValue>(Object.entries({
    'llama.vocab_size': { count: config.vocabularySize },
    'llama.context_length': { count: config.maxPositions },
    'llama.embedding_length': { count: config.hiddenSize },
    'llama.block_count': { count: config.layers },
    'llama.feed_forward_length': { count: config.intermediateSize },
    'llama.attention.head_count': { count: config.heads },
    'llama.attention.head_count_kv': { count: config.keyValueHeads },
    'llama.attention.key_length': { count: config.headSize },
    'llama.attention.value_length': { count: config.headSize },
    'llama.attention.layer_norm_rms_epsilon': { float: config.normEpsilon },
    'llama.rope.dimension_count': { count: config.headSize },
    'llama.rope.freq_base': { float: config.ropeTheta },
    ...(config.experts === undefined ? {} : { 'llama.expert_count': { count: config.experts.count }, 'llama.expert_used_count': { count: config.experts.perToken } }),
  }));
  const notes = config.slidingWindow === null ? [] : [`llama.cpp lets this architecture attend to all keys: it computes the same up to ${config.slidingWindow} tokens.`];
  return { metadata, tensors: addRopeScaling(config, metadata), notes };
}

/** Linear and YaRN scaling are metadata; Llama 3's is a tensor of factors. The others llama.cpp has no form for. */
function addRopeScaling({ ropeScaling: scaling, headSize, ropeTheta }: ModelConfig, metadata: Map<string, GgufValue>): GgufTensor[] {
  if (scaling === undefined) return [];
  const refuse = (): never => {
    throw userError({ code: 'export-gguf-rope', key: 'rope_type', value: scaling.kind, message: 'llama.cpp does not compute these rotary positions for this architecture', next: 'Export it in the Hugging Face layout.' });
  };
  switch (scaling.kind) {
    case 'linear':
      metadata.set('llama.rope.scaling.type', { text: 'linear' });
      metadata.set('llama.rope.scaling.factor', { float: scaling.factor });
      return [];
    case 'yarn': {
      const isPlain = scaling.betaFast === 32 && scaling.betaSlow === 1 && scaling.truncate && scaling.attentionFactor === undefined && scaling.mscale === undefined;
      if (!isPlain) return refuse();
      metadata.set('llama.rope.scaling.type', { text: 'yarn' });
      metadata.set('llama.rope.scaling.factor', { float: scaling.factor });
      metadata.set('llama.rope.scaling.original_context_length', { count: scaling.originalMaxPositions });
      return [];
    }
    case 'llama3': {
      const { factor, lowFrequencyFactor: low, highFrequencyFactor: high, originalMaxPositions: original } = scaling;
      const factors = Float32Array.from({ length: headSize / 2 }, (_, i) => {
        const wavelength = 2 * Math.PI * ropeTheta ** ((2 * i) / headSize);
        if (wavelength < original / high) return 1;
        if (wavelength > original / low) return factor;
        const smooth = (original / wavelength - low) / (high - low);
        return 1 / ((1 - smooth) / factor + smooth);
      });
      return [{ name: 'rope_freqs.weight', shape: [headSize / 2], dtype: 'f32', parts: [() => factors] }];
    }
    case 'dynamic':
    case 'longrope': return refuse();
  }
}
