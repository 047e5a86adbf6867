// Attention on a GPU that never stores a score for each query and key (Dao et al. 2022, FlashAttention): a workgroup owns a
// few queries, or in the gradient by keys and values a few keys, and the others pass by 64 at a time. Of the pass forward
// only the logarithm of each row's softmax denominator is kept.
// Legend: B batch, T query length, S key length, N = B·T, M = B·S, H query heads, K key/value heads, h head size.
import * as tf from '@tensorflow/tfjs-core';
import type { Tensor, Tensor2D, Tensor3D } from '@tensorflow/tfjs-core';
import { differentiable } from '../../differentiable';
import type { AttentionSpec } from '../attention';
import { emptyTensor, lanes, runProgram, written } from './program';

interface Sizes { readonly batch: number; readonly queries: number; readonly keys: number; readonly heads: number; readonly keyValueHeads: number; readonly size: number }

export function attentionWebgpu(q_NHh: Tensor3D, k_MKh: Tensor3D, v_MKh: Tensor3D, { batch, firstKey_N }: AttentionSpec): Tensor2D {
  const [rows, heads, size] = q_NHh.shape;
  const [keyRows, keyValueHeads] = k_MKh.shape;
  const sizes: Sizes = { batch, queries: rows / batch, keys: keyRows / batch, heads, keyValueHeads, size };
  return differentiable<Tensor2D>({
    inputs: [q_NHh, k_MKh, v_MKh],
    forward: (record, save) => {
      const firstKey = tf.tensor1d(firstKey_N, 'int32');
      /** Of each row and head the logarithm of the denominator, and a place for the gradient's mean. */
      const kept = emptyTensor([rows * heads * 2]);
      const y = attend({ q: q_NHh, k: k_MKh, v: v_MKh, firstKey }, kept, sizes);
      if (record) save([q_NHh, k_MKh, v_MKh, y, firstKey, kept]);
      tf.dispose([firstKey, kept]);
      return y;
    },
    backward: (dy, saved) => {
      const [q, k, v, y, firstKey, kept] = saved as [Tensor, Tensor, Tensor, Tensor, Tensor, Tensor];
      const dq = gradientByQueries({ q, k, v, dy, y, firstKey }, kept, sizes);
      const dv = emptyTensor(v.shape);
      const dk = gradientByKeys({ q, k, v, dy, firstKey, kept }, dv, sizes);
      return [dq, dk, dv];
    },
  });
}

/** How a workgroup is made up: positions it owns, and numbers of a vector that a lane has. */
function makeUp({ size }: Sizes): { readonly size: number; readonly owned: number; readonly parts: number; readonly features: number; readonly each: (make: (j: number, f: number) => string) => string } {
  const owned = 4;
  const features = Math.ceil(size / lanes);
  return { size, owned, parts: lanes / owned, features, each: (make) => written(owned * features, (i) => make(Math.floor(i / features), i % features)) };
}

function launch({ batch, queries, keys, heads, keyValueHeads, size }: Sizes, owned: number, owner: 'heads' | 'keyValueHeads'): { rows: number; integers: Record<string, number>; floats: Record<string, number> } {
  const blocks = Math.ceil((owner === 'heads' ? queries : keys) / owned);
  return { rows: batch * (owner === 'heads' ? heads : keyValueHeads) * blocks, integers: { queries, keys, heads, keyValueHeads, blocks }, floats: { scale: 1 / Math.sqrt(size) } };
}

/** Which block of which head of which sequence a workgroup has, and where the vectors of a head begin. */
const place = (size: number, owned: number, owner: 'heads' | 'keyValueHeads'): string => `
  let b = row / (uniforms.blocks * uniforms.${owner});
  let head = (row / uniforms.blocks) % uniforms.${owner};
  let start = (row % uniforms.blocks) * ${owned};
  let before = uniforms.keys - uniforms.queries;
  let keyHead = ${owner === 'heads' ? 'head / (uniforms.heads / uniforms.keyValueHeads)' : 'head'};
  let keyStride = uniforms.keyValueHeads * ${size};
  let keysAt = b * uniforms.keys * keyStride + keyHead * ${size};
  let queryStride = uniforms.heads * ${size};
  ${owner === 'heads' ? `let queriesAt = b * uniforms.queries * queryStride + head * ${size};` : ''}`;

const declare = (arrays: Readonly<Record<string, number>>, owned: number): string => `
${Object.entries(arrays).map(([name, length]) => `var<workgroup> ${name} : array<f32, ${length}>;`).join('\n')}
var<workgroup> firstSeen : array<i32, ${owned}>;
var<workgroup> span : vec2<i32>;`;

/** Copies a vector of each owned position into workgroup memory; zeros past the end. */
const copyOwned = (name: string, from: string, { size, owned }: { size: number; owned: number }, of: 'queries' | 'keys'): string => `
  for (var i = lane; i < ${owned * size}; i = i + ${lanes}) {
    let p = start + i / ${size};
    ${name}[i] = select(0.0, ${from}[${of}At + min(p, uniforms.${of} - 1) * ${of === 'queries' ? 'queryStride' : 'keyStride'} + i % ${size}], p < uniforms.${of});
  }`;

/** The first keys of the owned queries into workgroup memory, and the stretch of keys that any of them sees. */
const spanOfQueries = (owned: number): string => `
  if (lane < ${owned}) {
    let t = start + lane;
    firstSeen[lane] = select(uniforms.keys, max(0, firstKey[b * uniforms.queries + min(t, uniforms.queries - 1)]), t < uniforms.queries);
  }
  workgroupBarrier();
  if (lane == 0) {
    var least = uniforms.keys;
    for (var j = 0; j < ${owned}; j = j + 1) { least = min(least, firstSeen[j]); }
    span = vec2<i32>(least, min(start + ${owned}, uniforms.queries) + before);
  }
  let seen = workgroupUniformLoad(&span);`;

const isSeen = (j: number): string => `s >= firstSeen[${j}] && s <= start + ${j} + before`;

/** What the lanes of one owned position have, joined: lane j · parts + part belongs to position j. */
const acrossParts = (result: string, join: (a: string, b: string) => string, from: string, parts: number): string => `
  partial[lane] = ${from};
  workgroupBarrier();
  var ${result} = partial[mine * ${parts}];
  for (var i = 1; i < ${parts}; i = i + 1) { ${result} = ${join(result, `partial[mine * ${parts} + i]`)}; }
  workgroupBarrier();`;

function attend(inputs: Record<'q' | 'k' | 'v' | 'firstKey', Tensor>, kept: Tensor, sizes: Sizes): Tensor2D {
  const made = makeUp(sizes);
  const { size, owned, parts, features, each } = made;
  return runProgram({
    ...launch(sizes, owned, 'heads'), name: `attention_${size}`, inputs, changes: { kept }, shape: [inputs.q.shape[0], sizes.heads * size],
    declarations: declare({ own: owned * size, weights: owned * lanes, partial: lanes, factors: owned }, owned),
    body: `${place(size, owned, 'heads')} ${copyOwned('own', 'q', made, 'queries')} ${spanOfQueries(owned)}
  let mine = lane / ${parts};
  let part = lane % ${parts};
  var most = -3.0e38;
  var sum = 0.0;
  ${each((j, f) => `var y_${j}_${f} = 0.0;`)}
  for (var s0 = seen.x; s0 < seen.y; s0 = s0 + ${lanes}) {
    let s = s0 + lane;
    let keyAt = keysAt + min(s, uniforms.keys - 1) * keyStride;
    ${written(owned, (j) => `var score_${j} = 0.0;`)}
    for (var d = 0; d < ${size}; d = d + 1) {
      let value = k[keyAt + d];
      ${written(owned, (j) => `score_${j} = score_${j} + own[${j * size} + d] * value;`)}
    }
    ${written(owned, (j) => `weights[${j * lanes} + lane] = select(-3.0e38, score_${j} * uniforms.scale, ${isSeen(j)});`)}
    workgroupBarrier();
    var largest = -3.0e38;
    for (var i = 0; i < ${owned}; i = i + 1) { largest = max(largest, weights[mine * ${lanes} + part * ${owned} + i]); }
    ${acrossParts('blockMost', (a, b) => `max(${a}, ${b})`, 'largest', parts)}
    let newMost = max(most, blockMost);
    var partSum = 0.0;
    for (var i = 0; i < ${owned}; i = i + 1) {
      let at = mine * ${lanes} + part * ${owned} + i;
      let weight = select(0.0, exp(weights[at] - newMost), weights[at] > -1.0e38);
      weights[at] = weight;
      partSum = partSum + weight;
    }
    let factor = exp(most - newMost);
    if (part == 0) { factors[mine] = factor; }
    ${acrossParts('blockSum', (a, b) => `${a} + ${b}`, 'partSum', parts)}
    sum = sum * factor + blockSum;
    most = newMost;
    ${each((j, f) => `y_${j}_${f} = y_${j}_${f} * factors[${j}];`)}
    for (var i = 0; i < min(${lanes}, seen.y - s0); i = i + 1) {
      ${written(features, (f) => `let value_${f} = v[keysAt + (s0 + i) * keyStride + min(lane + ${f * lanes}, ${size - 1})];`)}
      ${each((j, f) => `y_${j}_${f} = y_${j}_${f} + weights[${j * lanes} + i] * value_${f};`)}
    }
    workgroupBarrier();
  }
  if (part == 0) {
    factors[mine] = select(0.0, 1.0 / sum, sum > 0.0);
    let t = start + mine;
    if (t < uniforms.queries) { kept[2 * ((b * uniforms.queries + t) * uniforms.heads + head)] = select(3.0e38, most + log(sum), sum > 0.0); }
  }
  workgroupBarrier();
  ${each((j, f) => `if (start + ${j} < uniforms.queries && lane + ${f * lanes} < ${size}) { result[queriesAt + (start + ${j}) * queryStride + lane + ${f * lanes}] = y_${j}_${f} * factors[${j}]; }`)}`,
  }) as Tensor2D;
}

/** dq. The gradient by a score is p (dp − Σ dy·y): p is made again of the scores, dp is dy·v; the sum goes into `kept`. */
function gradientByQueries(inputs: Record<'q' | 'k' | 'v' | 'dy' | 'y' | 'firstKey', Tensor>, kept: Tensor, sizes: Sizes): Tensor {
  const made = makeUp(sizes);
  const { size, owned, parts, features, each } = made;
  return runProgram({
    ...launch(sizes, owned, 'heads'), name: `attentionQueries_${size}`, inputs, changes: { kept }, shape: inputs.q.shape,
    declarations: declare({ own: owned * size, slopes: owned * size, weights: owned * lanes, partial: lanes, means: owned, logs: owned }, owned),
    body: `${place(size, owned, 'heads')} ${copyOwned('own', 'q', made, 'queries')} ${copyOwned('slopes', 'dy', made, 'queries')} ${spanOfQueries(owned)}
  let mine = lane / ${parts};
  let part = lane % ${parts};
  let myQuery = min(start + mine, uniforms.queries - 1);
  var product = 0.0;
  for (var d = part; d < ${size}; d = d + ${parts}) { product = product + slopes[mine * ${size} + d] * y[queriesAt + myQuery * queryStride + d]; }
  ${acrossParts('mean', (a, b) => `${a} + ${b}`, 'product', parts)}
  if (part == 0) {
    let at = 2 * ((b * uniforms.queries + myQuery) * uniforms.heads + head);
    means[mine] = mean;
    logs[mine] = kept[at];
    if (start + mine < uniforms.queries) { kept[at + 1] = mean; }
  }
  workgroupBarrier();
  ${each((j, f) => `var dq_${j}_${f} = 0.0;`)}
  for (var s0 = seen.x; s0 < seen.y; s0 = s0 + ${lanes}) {
    let s = s0 + lane;
    let keyAt = keysAt + min(s, uniforms.keys - 1) * keyStride;
    ${written(owned, (j) => `var score_${j} = 0.0; var slope_${j} = 0.0;`)}
    for (var d = 0; d < ${size}; d = d + 1) {
      let key = k[keyAt + d];
      let value = v[keyAt + d];
      ${written(owned, (j) => `score_${j} = score_${j} + own[${j * size} + d] * key; slope_${j} = slope_${j} + slopes[${j * size} + d] * value;`)}
    }
    ${written(owned, (j) => `weights[${j * lanes} + lane] = select(0.0, exp(min(80.0, score_${j} * uniforms.scale - logs[${j}])) * (slope_${j} - means[${j}]) * uniforms.scale, ${isSeen(j)});`)}
    workgroupBarrier();
    for (var i = 0; i < min(${lanes}, seen.y - s0); i = i + 1) {
      ${written(features, (f) => `let key_${f} = k[keysAt + (s0 + i) * keyStride + min(lane + ${f * lanes}, ${size - 1})];`)}
      ${each((j, f) => `dq_${j}_${f} = dq_${j}_${f} + weights[${j * lanes} + i] * key_${f};`)}
    }
    workgroupBarrier();
  }
  ${each((j, f) => `if (start + ${j} < uniforms.queries && lane + ${f * lanes} < ${size}) { result[queriesAt + (start + ${j}) * queryStride + lane + ${f * lanes}] = dq_${j}_${f}; }`)}`,
  });
}

/** dk, and dv where it is told: the queries of all heads of the group pass by. */
function gradientByKeys(inputs: Record<'q' | 'k' | 'v' | 'dy' | 'firstKey' | 'kept', Tensor>, dv: Tensor, sizes: Sizes): Tensor {
  const made = makeUp(sizes);
  const { size, owned, features, each } = made;
  return runProgram({
    ...launch(sizes, owned, 'keyValueHeads'), name: `attentionKeys_${size}`, inputs, changes: { dv }, shape: inputs.k.shape,
    declarations: declare({ own: owned * size, values: owned * size, weights: owned * lanes, slopes: owned * lanes }, owned),
    body: `${place(size, owned, 'keyValueHeads')} ${copyOwned('own', 'k', made, 'keys')} ${copyOwned('values', 'v', made, 'keys')}
  if (lane == 0) { span = vec2<i32>(max(0, start - before), uniforms.queries); }
  let seen = workgroupUniformLoad(&span);
  ${each((j, f) => `var dk_${j}_${f} = 0.0; var dv_${j}_${f} = 0.0;`)}
  let group = uniforms.heads / uniforms.keyValueHeads;
  for (var g = 0; g < group; g = g + 1) {
    let queryHead = keyHead * group + g;
    let queriesAt = b * uniforms.queries * queryStride + queryHead * ${size};
    for (var t0 = seen.x; t0 < seen.y; t0 = t0 + ${lanes}) {
      let t = min(t0 + lane, uniforms.queries - 1);
      let first = select(uniforms.keys, firstKey[b * uniforms.queries + t], t0 + lane < uniforms.queries);
      let last = t + before;
      let at = 2 * ((b * uniforms.queries + t) * uniforms.heads + queryHead);
      ${written(owned, (j) => `var score_${j} = 0.0; var slope_${j} = 0.0;`)}
      if (first < start + ${owned} && last >= start) {
        for (var d = 0; d < ${size}; d = d + 1) {
          let query = q[queriesAt + t * queryStride + d];
          let slope = dy[queriesAt + t * queryStride + d];
          ${written(owned, (j) => `score_${j} = score_${j} + own[${j * size} + d] * query; slope_${j} = slope_${j} + values[${j * size} + d] * slope;`)}
        }
      }
      ${written(owned, (j) => `{
        let p = select(0.0, exp(min(80.0, score_${j} * uniforms.scale - kept[at])), start + ${j} >= first && start + ${j} <= last);
        weights[${j * lanes} + lane] = p;
        slopes[${j * lanes} + lane] = p * (slope_${j} - kept[at + 1]) * uniforms.scale;
      }`)}
      workgroupBarrier();
      for (var i = 0; i < min(${lanes}, seen.y - t0); i = i + 1) {
        ${written(features, (f) => `let from_${f} = queriesAt + (t0 + i) * queryStride + min(lane + ${f * lanes}, ${size - 1}); let query_${f} = q[from_${f}]; let dy_${f} = dy[from_${f}];`)}
        ${each((j, f) => `dk_${j}_${f} = dk_${j}_${f} + slopes[${j * lanes} + i] * query_${f}; dv_${j}_${f} = dv_${j}_${f} + weights[${j * lanes} + i] * dy_${f};`)}
      }
      workgroupBarrier();
    }
  }
  ${each((j, f) => `if (start + ${j} < uniforms.keys && lane + ${f * lanes} < ${size}) {
    let to = keysAt + (start + ${j}) * keyStride + lane + ${f * lanes};
    result[to] = dk_${j}_${f};
    dv[to] = dv_${j}_${f};
  }`)}`,
  });
}
