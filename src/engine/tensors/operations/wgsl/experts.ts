// A layer of experts on a GPU from the router's logits on: nothing is read back, so who goes where is known to the GPU alone.
// Legend: N rows of tokens, E experts, K experts of a token, A = N·K assignments, I inputs, O outputs, D hidden.
import type { Tensor, Tensor1D, Tensor2D } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { differentiable } from '../../differentiable';
import { isTrained } from '../linear';
import type { DeviceRouting, RoutedUpdate } from '../router';
import { emptyTensor, lanes, runProgram, sumLanes } from './program';

/** The `perToken` largest logits of each row, then where each assignment stands: by expert, and within an expert by row. */
export function routeTokensWebgpu(logits_NE: Tensor2D, perToken: number): DeviceRouting {
  const [rows, experts] = logits_NE.shape;
  const place_NE = runProgram({
    name: 'chooseExperts', inputs: { logits: logits_NE }, shape: [rows, experts], dtype: 'int32', integers: { experts, perToken },
    body: `
  let first = index - index % uniforms.experts;
  var better = 0;
  for (var e = 0; e < uniforms.experts; e = e + 1) {
    let other = logits[first + e];
    if (other > logits[index] || (other == logits[index] && first + e < index)) { better = better + 1; }
  }
  result[index] = select(-1, 0, better < uniforms.perToken);`,
  }) as Tensor2D;
  const [expert_A, offsets] = [emptyTensor([rows * perToken], 'int32'), emptyTensor([experts + 1], 'int32')] as [Tensor1D, Tensor1D];
  const row_A = runProgram({
    name: 'placeRows', inputs: {}, changes: { place: place_NE, expertOf: expert_A, offsets }, shape: [rows * perToken], dtype: 'int32', rows: 1, integers: { rows, experts },
    body: `
  for (var e = lane; e < uniforms.experts; e = e + ${lanes}) {
    var count = 0;
    for (var n = 0; n < uniforms.rows; n = n + 1) { if (place[n * uniforms.experts + e] >= 0) { count = count + 1; } }
    offsets[e + 1] = count;
  }
  storageBarrier();
  if (lane == 0) {
    offsets[0] = 0;
    for (var e = 0; e < uniforms.experts; e = e + 1) { offsets[e + 1] = offsets[e + 1] + offsets[e]; }
  }
  storageBarrier();
  for (var e = lane; e < uniforms.experts; e = e + ${lanes}) {
    var next = offsets[e];
    for (var n = 0; n < uniforms.rows; n = n + 1) {
      let at = n * uniforms.experts + e;
      if (place[at] >= 0) {
        place[at] = next;
        result[next] = n;
        expertOf[next] = e;
        next = next + 1;
      }
    }
  }`,
  }) as Tensor1D;
  return { experts, place_NE, row_A, expert_A, offsets };
}

/** weight_A: each assignment's share of the exponentials of its row's chosen logits. */
export function expertWeightsWebgpu(logits_NE: Tensor2D, { row_A, expert_A, place_NE, experts }: DeviceRouting): Tensor1D {
  return differentiable<Tensor1D>({
    inputs: [logits_NE],
    forward: (_record, save) => {
      const weight_A = runProgram({
        name: 'expertWeights', inputs: { logits: logits_NE, rowOf: row_A, expertOf: expert_A, place: place_NE }, shape: [row_A.size], integers: { experts },
        body: `
  let first = rowOf[index] * uniforms.experts;
  let own = logits[first + expertOf[index]];
  var sum = 0.0;
  for (var e = 0; e < uniforms.experts; e = e + 1) { if (place[first + e] >= 0) { sum = sum + exp(logits[first + e] - own); } }
  result[index] = 1.0 / sum;`,
      }) as Tensor1D;
      save([weight_A, place_NE]);
      return weight_A;
    },
    backward: (dWeight, [weight, place]) => [runProgram({
      name: 'expertWeightsGradient', inputs: { dWeight, weight: weight!, place: place! }, shape: place!.shape, integers: { experts },
      body: `
  let first = index - index % uniforms.experts;
  let own = place[index];
  var gradient = 0.0;
  if (own >= 0) {
    var mean = 0.0;
    for (var e = 0; e < uniforms.experts; e = e + 1) { let at = place[first + e]; if (at >= 0) { mean = mean + weight[at] * dWeight[at]; } }
    gradient = weight[own] * (dWeight[own] - mean);
  }
  result[index] = gradient;`,
    })],
  });
}

/** y [N, D]: the sum over a row's assignments of x [A, D], by their weights where there are any. */
function gatherSum(x_AD: Tensor, weight_A: Tensor | undefined, place_NE: Tensor): Tensor2D {
  const [rows, experts] = place_NE.shape as [number, number];
  const width = x_AD.shape[1]!;
  return runProgram({
    name: weight_A === undefined ? 'sumOfExperts' : 'weightedSumOfExperts', inputs: { x: x_AD, place: place_NE, ...(weight_A === undefined ? {} : { weight: weight_A }) },
    shape: [rows, width], integers: { experts, width },
    body: `
  let first = (index / uniforms.width) * uniforms.experts;
  var sum = 0.0;
  for (var e = 0; e < uniforms.experts; e = e + 1) {
    let at = place[first + e];
    if (at >= 0) { sum = sum + x[at * uniforms.width + index % uniforms.width]${weight_A === undefined ? '' : ' * weight[at]'}; }
  }
  result[index] = sum;`,
  }) as Tensor2D;
}

/** x [A, D]: the row of each assignment. */
export function rowsOfExpertsWebgpu(x_ND: Tensor2D, { row_A, place_NE }: DeviceRouting): Tensor2D {
  const width = x_ND.shape[1];
  return differentiable<Tensor2D>({
    inputs: [x_ND],
    forward: (_record, save) => {
      save([place_NE]);
      return runProgram({
        name: 'rowsOfExperts', inputs: { x: x_ND, rowOf: row_A }, shape: [row_A.size, width], integers: { width },
        body: 'result[index] = x[rowOf[index / uniforms.width] * uniforms.width + index % uniforms.width];',
      }) as Tensor2D;
    },
    backward: (dx, [place]) => [gatherSum(dx, undefined, place!)],
  });
}

export function combineRowsWebgpu(x_AD: Tensor2D, weight_A: Tensor1D, { row_A, place_NE }: DeviceRouting): Tensor2D {
  const [assignments, width] = x_AD.shape;
  return differentiable<Tensor2D>({
    inputs: [x_AD, weight_A],
    forward: (_record, save) => {
      save([x_AD, weight_A, row_A]);
      return gatherSum(x_AD, weight_A, place_NE);
    },
    backward: (dy, [x, weight, rowOf]) => {
      const dWeight = emptyTensor([assignments]);
      const dx = runProgram({
        name: 'combineRowsGradient', inputs: { x: x!, weight: weight!, rowOf: rowOf!, dy }, changes: { dWeight }, shape: [assignments, width], rows: assignments, integers: { width },
        declarations: sumLanes,
        body: `
  let rowAt = rowOf[row] * uniforms.width;
  var sum = 0.0;
  for (var d = lane; d < uniforms.width; d = d + ${lanes}) {
    let at = row * uniforms.width + d;
    sum = sum + dy[rowAt + d] * x[at];
    result[at] = dy[rowAt + d] * weight[row];
  }
  sum = together_sum(lane, sum);
  if (lane == 0) { dWeight[row] = sum; }`,
      });
      return [dx, dWeight];
    },
  });
}

/** y_AO: the rows of each expert times its weight [O, I]ᵀ. */
export function groupedLinearWebgpu(x_AI: Tensor2D, weights_OI: readonly Tensor2D[], offsets: Tensor1D): Tensor2D {
  const [assignments, inputs] = x_AI.shape;
  const outputs = weights_OI[0]!.shape[0];
  const trained = weights_OI.map(isTrained);
  return differentiable<Tensor2D>({
    inputs: [x_AI, ...weights_OI.filter((_, e) => trained[e])],
    forward: (_record, save) => {
      save([x_AI, offsets, ...weights_OI]);
      const y_AO = emptyTensor([assignments, outputs]) as Tensor2D;
      weights_OI.forEach((weight, expert) => { rowsTimes(x_AI, weight, y_AO, offsets, { expert, n: outputs, k: inputs, bRow: 1, bColumn: inputs }); });
      return y_AO;
    },
    backward: (dy, [x, starts, ...weights]) => {
      const dx = emptyTensor([assignments, inputs]) as Tensor2D;
      weights.forEach((weight, expert) => { rowsTimes(dy, weight, dx, starts!, { expert, n: inputs, k: outputs, bRow: inputs, bColumn: 1 }); });
      return [dx, ...weights.flatMap((weight, expert) => (trained[expert] ? [weightGradient(dy, x!, weight.shape, starts!, expert)] : []))];
    },
  });
}

interface RowProduct { readonly expert: number; readonly n: number; readonly k: number; readonly bRow: number; readonly bColumn: number }

/** c [A, n] at the expert's rows = a [A, k] · B [k, n]; workgroups without a row of it end at once. */
function rowsTimes(a: Tensor, b: Tensor, c: Tensor, offsets: Tensor, { expert, n, k, bRow, bColumn }: RowProduct): void {
  const columnTiles = Math.ceil(n / tile);
  runProgram({
    name: 'expertRows', inputs: { a, b, offsets }, into: c, shape: c.shape, rows: columnTiles * Math.ceil(c.shape[0] / tile), integers: { expert, n, k, bRow, bColumn, columnTiles },
    declarations: tileMemory,
    body: tileProduct({
      begin: 'let first = offsets[uniforms.expert]; let m = offsets[uniforms.expert + 1] - first; let n = uniforms.n;',
      depth: 'select(0, uniforms.k, rowStart < m)', a: 'a[(first + i) * uniforms.k + q]', b: 'b[q * uniforms.bRow + j * uniforms.bColumn]', c: 'result[(first + i) * uniforms.n + j]',
    }),
  });
}

/** dWeight [O, I] = dyᵀ · x over the expert's rows; zeros when it has none. */
function weightGradient(dy: Tensor, x: Tensor, shape: number[], offsets: Tensor, expert: number): Tensor {
  const [m, n] = shape as [number, number];
  const columnTiles = Math.ceil(n / tile);
  return runProgram({
    name: 'expertWeightGradient', inputs: { dy, x, offsets }, shape, rows: columnTiles * Math.ceil(m / tile), integers: { expert, m, n, columnTiles },
    declarations: tileMemory,
    body: tileProduct({
      begin: 'let first = offsets[uniforms.expert]; let m = uniforms.m; let n = uniforms.n;',
      depth: 'offsets[uniforms.expert + 1] - first', a: 'dy[(first + q) * uniforms.m + i]', b: 'x[(first + q) * uniforms.n + j]', c: 'result[i * uniforms.n + j]',
    }),
  });
}

/** A workgroup makes a tile of so many rows and columns, a lane 4 × 4 of it. */
const tile = 32;
const depthOfTile = 16;
const tileMemory = `
var<workgroup> tileA : array<f32, ${tile * depthOfTile}>;
var<workgroup> tileB : array<f32, ${tile * depthOfTile}>;
var<workgroup> depth : i32;`;

interface TileText { readonly begin: string; readonly depth: string; readonly a: string; readonly b: string; readonly c: string }

/** C = A · B where `a` and `b` are the element (i, q) and (q, j), over q below `depth`; `m` and `n` bound i and j. */
function tileProduct({ begin, depth, a, b, c }: TileText): string {
  const sixteen = (make: (r: number, s: number) => string): string => Array.from({ length: 16 }, (_, x) => make(x >> 2, x & 3)).join('\n');
  const four = (make: (r: number) => string): string => [0, 1, 2, 3].map(make).join('\n');
  return `
  let rowStart = (row / uniforms.columnTiles) * ${tile};
  let columnStart = (row % uniforms.columnTiles) * ${tile};
  ${begin}
  if (lane == 0) { depth = ${depth}; }
  let all = workgroupUniformLoad(&depth);
  let ownRow = (lane / 8) * 4;
  let ownColumn = (lane % 8) * 4;
  ${sixteen((r, s) => `var c_${r}_${s} = 0.0;`)}
  for (var q0 = 0; q0 < all; q0 = q0 + ${depthOfTile}) {
    for (var z = lane; z < ${tile * depthOfTile}; z = z + ${lanes}) {
      let q = min(q0 + z % ${depthOfTile}, all - 1);
      let inside = q0 + z % ${depthOfTile} < all;
      let offset = z / ${depthOfTile};
      { let i = min(rowStart + offset, m - 1); tileA[z] = select(0.0, ${a}, inside); }
      { let j = min(columnStart + offset, n - 1); tileB[z] = select(0.0, ${b}, inside); }
    }
    workgroupBarrier();
    for (var q = 0; q < ${depthOfTile}; q = q + 1) {
      ${four((r) => `let a_${r} = tileA[(ownRow + ${r}) * ${depthOfTile} + q]; let b_${r} = tileB[(ownColumn + ${r}) * ${depthOfTile} + q];`)}
      ${sixteen((r, s) => `c_${r}_${s} = c_${r}_${s} + a_${r} * b_${s};`)}
    }
    workgroupBarrier();
  }
  ${sixteen((r, s) => `{ let i = rowStart + ownRow + ${r}; let j = columnStart + ownColumn + ${s}; if (i < m && j < n) { ${c} = c_${r}_${s}; } }`)}`;
}

/**
 * The load-balance loss of `balanceLoss`, of tfjs's own operations: the router's numbers are few.
 * @param counts_N of every layer's rows.
 * @param update of which these rows are a part.
 */
export function balanceLossWebgpu(layers: readonly { readonly logits_NE: Tensor2D; readonly routing: DeviceRouting }[], counts_N: ArrayLike<number>, update?: RoutedUpdate): tf.Scalar {
  const { experts } = layers[0]!.routing;
  const counts = Array.from(counts_N);
  const rows = update?.rows ?? layers.length * counts.reduce((sum, own) => sum + own, 0);
  const counts_X1 = tf.tensor2d(layers.flatMap(() => counts), [layers.length * counts.length, 1]);
  const place_XE = tf.concat(layers.map(({ routing }) => routing.place_NE), 0);
  const share_E = update ? tf.tensor1d([...update.assignments_E]) : tf.sum(tf.mul(tf.cast(tf.greaterEqual(place_XE, 0), 'float32'), counts_X1), 0);
  const probability_XE = tf.softmax(tf.concat(layers.map(({ logits_NE }) => logits_NE), 0));
  return tf.mul(tf.sum(tf.mul(tf.sum(tf.mul(probability_XE, counts_X1), 0), share_E)), experts / rows ** 2);
}
