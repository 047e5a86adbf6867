// The weights under llama.cpp's names and in its order of rows: its rotary positions turn neighbouring numbers of a head,
// Hugging Face's the two halves, so the rows of the query and key projections are interleaved (convert_hf_to_gguf, permute).
import type { Model, ModelConfig } from '../model';
import { blockSize, type GgufDtype } from './types';
import type { GgufTensor } from './write';

const layerNames: Readonly<Record<string, string>> = {
  'input_layernorm': 'attn_norm', 'self_attn.q_proj': 'attn_q', 'self_attn.k_proj': 'attn_k', 'self_attn.v_proj': 'attn_v', 'self_attn.o_proj': 'attn_output',
  'post_attention_layernorm': 'ffn_norm', 'mlp.gate_proj': 'ffn_gate', 'mlp.up_proj': 'ffn_up', 'mlp.down_proj': 'ffn_down', 'block_sparse_moe.gate': 'ffn_gate_inp',
};
const expertNames = { w1: 'ffn_gate_exps', w2: 'ffn_down_exps', w3: 'ffn_up_exps' } as const;
const otherNames: Readonly<Record<string, string>> = { 'model.embed_tokens.weight': 'token_embd.weight', 'model.norm.weight': 'output_norm.weight', 'lm_head.weight': 'output.weight' };

export function ggufTensors(model: Model, dtype: GgufDtype): GgufTensor[] {
  const { config } = model;
  const tensors: GgufTensor[] = [];
  const read = (name: string) => () => model.parameters.get(name)!.data<'float32'>();
  for (const [name, { shape }] of model.parameters) {
    const [, layer, module, kind] = /^model\.layers\.(\d+)\.(.+)\.(weight|bias)$/.exec(name) ?? [];
    const expert = /^block_sparse_moe\.experts\.(\d+)\.(w[123])$/.exec(module ?? '');
    if (layer === undefined) tensors.push({ name: otherNames[name]!, shape, dtype: stored(shape, dtype), parts: [read(name)] });
    else if (expert !== null) {
      // All experts of a layer are one tensor, which stands where the first of them would.
      const which = expert[2] as keyof typeof expertNames;
      if (expert[1] !== '0') continue;
      const { count } = config.experts!;
      const parts = Array.from({ length: count }, (_, e) => read(`model.layers.${layer}.block_sparse_moe.experts.${e}.${which}.weight`));
      tensors.push({ name: `blk.${layer}.${expertNames[which]}.weight`, shape: [count, ...shape], dtype: stored(shape, dtype), parts });
    } else {
      const heads = headsOf(module!, config);
      const parts = [heads === undefined ? read(name) : async () => interleaveHalves(await read(name)(), heads, shape[0])];
      tensors.push({ name: `blk.${layer}.${layerNames[module!]!}.${kind!}`, shape, dtype: module === 'block_sparse_moe.gate' ? 'f32' : stored(shape, dtype), parts });
    }
  }
  return tensors;
}

/** Norms and biases stay f32; what does not divide into blocks is f16 in a q8_0 file. */
function stored(shape: readonly number[], dtype: GgufDtype): GgufDtype {
  if (shape.length === 1) return 'f32';
  return dtype === 'q8_0' && shape.at(-1)! % blockSize !== 0 ? 'f16' : dtype;
}

/** Heads whose rows are interleaved; undefined for other weights. */
function headsOf(module: string, { heads, keyValueHeads }: ModelConfig): number | undefined {
  if (module === 'self_attn.q_proj') return heads;
  return module === 'self_attn.k_proj' ? keyValueHeads : undefined;
}

/** Of each head the rows 0, h/2, 1, h/2 + 1, … */
function interleaveHalves(values: Float32Array, heads: number, rows: number): Float32Array {
  const width = values.length / rows;
  const headRows = rows / heads;
  const result = new Float32Array(values.length);
  for (let row = 0; row < rows; row++) {
    const [head, within] = [Math.floor(row / headRows), row % headRows];
    const from = head * headRows + (within % 2) * (headRows / 2) + Math.floor(within / 2);
    result.set(values.subarray(from * width, (from + 1) * width), row * width);
  }
  return result;
}
