// Top-k routing of tokens to experts (Mixtral: Jiang et al. 2024), as transformers' MixtralTopKRouter computes it: softmax
// over all experts, the k most probable, their probabilities divided by their sum. And the loss that keeps the experts'
// loads even. The numbers are few (rows × experts), so they are computed here in doubles, on every backend but webgpu, which
// is not read in the middle of a pass.
// Legend: N rows of tokens, E experts, K experts of a token, A = N·K assignments.
import * as tf from '@tensorflow/tfjs-core';
import type { Scalar, Tensor, Tensor1D, Tensor2D } from '@tensorflow/tfjs-core';
import { activeBackend } from '../backends/active';
import { differentiable } from '../differentiable';
import { oneHot } from './one-hot';
import { balanceLossWebgpu, expertWeightsWebgpu, routeTokensWebgpu } from './wgsl/experts';

/** Which experts each row goes to. Assignments stand by expert, and within an expert by row. */
export type Routing = HostRouting | DeviceRouting;

/** The same as tensors of a backend that is not read in between; they end with the pass. */
export interface DeviceRouting {
  readonly experts: number;
  /** The assignment of each row to each expert, −1 for none; int32, as the others. */
  readonly place_NE: Tensor2D;
  readonly row_A: Tensor1D;
  readonly expert_A: Tensor1D;
  /** [E + 1] */
  readonly offsets: Tensor1D;
}

export interface HostRouting {
  readonly experts: number;
  readonly row_A: Int32Array;
  readonly expert_A: Int32Array;
  /** Assignments of expert e are offsets[e] … offsets[e + 1]. */
  readonly offsets: Int32Array;
}

/** The `perToken` largest logits of each row; of equal ones the expert with the lower number. */
export function routeTokens(logits_NE: Tensor2D, perToken: number): Routing {
  return activeBackend() === 'webgpu' ? routeTokensWebgpu(logits_NE, perToken) : routeOnHost(logits_NE, perToken);
}

export function isOnDevice(routing: object): routing is DeviceRouting {
  return 'place_NE' in routing;
}

/** Assignments to each expert of the rows that count, one after another in any case: their tensors may end with the pass. */
export function expertLoads(routing: Routing): (counts_N: ArrayLike<number>) => Promise<number[]> {
  if (!isOnDevice(routing)) {
    return (counts_N) => {
      const load_E = new Array<number>(routing.experts).fill(0);
      routing.row_A.forEach((row, a) => { load_E[routing.expert_A[a]!]! += counts_N[row]!; });
      return Promise.resolve(load_E);
    };
  }
  const place_NE = tf.keep(tf.clone(routing.place_NE));
  const reading = place_NE.data<'int32'>().finally(() => { place_NE.dispose(); });
  reading.catch(() => undefined); // told to whoever asks for the loads, if anybody does
  return async (counts_N) => {
    const load_E = new Array<number>(routing.experts).fill(0);
    (await reading).forEach((place, at) => { if (place >= 0) load_E[at % routing.experts]! += counts_N[Math.floor(at / routing.experts)]!; });
    return load_E;
  };
}

function routeOnHost(logits_NE: Tensor2D, perToken: number): HostRouting {
  const [rows, experts] = logits_NE.shape;
  const logits = logits_NE.dataSync();
  const rowsOf: number[][] = Array.from({ length: experts }, () => []);
  const order = Array.from({ length: experts }, (_, e) => e);
  for (let row = 0; row < rows; row++) {
    const at = row * experts;
    order.sort((a, b) => logits[at + b]! - logits[at + a]! || a - b);
    for (let k = 0; k < perToken; k++) rowsOf[order[k]!]!.push(row);
  }
  const offsets = new Int32Array(experts + 1);
  rowsOf.forEach((own, e) => { offsets[e + 1] = offsets[e]! + own.length; });
  return {
    experts, offsets, row_A: Int32Array.from(rowsOf.flat()),
    expert_A: Int32Array.from(rowsOf.flatMap((own, e) => own.map(() => e))),
  };
}

/** weight_A: each assignment's probability over the sum of its row's chosen ones. Differentiable by the logits. */
export function expertWeights(logits_NE: Tensor2D, routing: Routing): Tensor1D {
  return isOnDevice(routing) ? expertWeightsWebgpu(logits_NE, routing) : expertWeightsOnHost(logits_NE, routing);
}

function expertWeightsOnHost(logits_NE: Tensor2D, { row_A, expert_A, experts }: HostRouting): Tensor1D {
  return differentiable<Tensor1D>({
    inputs: [logits_NE],
    forward: (_record, save) => {
      const logits = logits_NE.dataSync();
      const rows = logits_NE.shape[0];
      const largest_N = new Float64Array(rows).fill(-Infinity);
      row_A.forEach((row, a) => { largest_N[row] = Math.max(largest_N[row]!, logits[row * experts + expert_A[a]!]!); });
      const sum_N = new Float64Array(rows);
      const exponential_A = Float64Array.from(row_A, (row, a) => Math.exp(logits[row * experts + expert_A[a]!]! - largest_N[row]!));
      row_A.forEach((row, a) => { sum_N[row]! += exponential_A[a]!; });
      const weight_A = tf.tensor1d(Float32Array.from(exponential_A, (value, a) => value / sum_N[row_A[a]!]!));
      save([weight_A]);
      return weight_A;
    },
    backward: (dWeight_A, [weight_A]) => {
      const [dWeight, weight] = [dWeight_A.dataSync(), weight_A!.dataSync()];
      const mean_N = new Float64Array(logits_NE.shape[0]);
      row_A.forEach((row, a) => { mean_N[row]! += weight[a]! * dWeight[a]!; });
      const dLogits = new Float32Array(logits_NE.size);
      row_A.forEach((row, a) => { dLogits[row * experts + expert_A[a]!] = weight[a]! * (dWeight[a]! - mean_N[row]!); });
      return [tf.tensor2d(dLogits, logits_NE.shape)];
    },
  });
}

/** The router of one layer over one batch. */
export interface LayerRouting<R extends Routing = Routing> { readonly logits_NE: Tensor2D; readonly routing: R }

/** What the routers of several micro-batches decided together. */
export interface RoutedUpdate {
  /** Assignments to each expert over all layers. */
  readonly assignments_E: readonly number[];
  /** Rows that count, over all layers: each layer has them anew. */
  readonly rows: number;
}

/**
 * Load-balance loss over all layers (Fedus et al. 2022, equations 4 to 6, in the form of transformers'
 * load_balancing_loss_func): E · Σ_e (assignments to e / rows) · (mean probability of e), rows being those of every layer
 * with counts_N = 1. It is K when loads are even. Differentiable by the logits through the probabilities only.
 * @param update of which these rows are a part: the loss is then this part's summand of the loss over all its rows.
 */
export function balanceLoss(layers: readonly LayerRouting[], counts_N: ArrayLike<number>, update?: RoutedUpdate): Scalar {
  const isOf = <R extends Routing>(is: (routing: Routing) => routing is R) => (layer: LayerRouting): layer is LayerRouting<R> => is(layer.routing);
  const onDevice = layers.filter(isOf(isOnDevice));
  return onDevice.length > 0 ? balanceLossWebgpu(onDevice, counts_N, update) : balanceLossOnHost(layers.filter(isOf(isOnHost)), counts_N, update);
}

function isOnHost(routing: Routing): routing is HostRouting {
  return !isOnDevice(routing);
}

function balanceLossOnHost(layers: readonly LayerRouting<HostRouting>[], counts_N: ArrayLike<number>, update = routedTogether(layers, counts_N)): Scalar {
  const { rows } = update;
  const experts = layers[0]!.routing.experts;
  const share_E = Float64Array.from(update.assignments_E, (assignments) => assignments / rows);
  return differentiable<Scalar>({
    inputs: layers.map(({ logits_NE }) => logits_NE),
    forward: (_record, save) => {
      save(layers.map(({ logits_NE }) => logits_NE));
      let sum = 0;
      for (const { logits_NE } of layers) {
        forEachRow(logits_NE, counts_N, (probability_E) => { sum += dot(probability_E, share_E); });
      }
      return tf.scalar((experts * sum) / rows);
    },
    backward: (dLoss, logits) => {
      const scale = (dLoss.dataSync()[0]! * experts) / rows;
      return logits.map((layer) => {
        const dLogits = new Float32Array(layer.size);
        forEachRow(layer, counts_N, (probability_E, row) => {
          const mean = dot(probability_E, share_E);
          probability_E.forEach((probability, e) => { dLogits[row * experts + e] = scale * probability * (share_E[e]! - mean); });
        });
        return tf.tensor2d(dLogits, layer.shape as [number, number]);
      });
    },
  });
}

/** Of these layers alone. */
function routedTogether(layers: readonly LayerRouting<HostRouting>[], counts_N: ArrayLike<number>): RoutedUpdate {
  const assignments_E = new Array<number>(layers[0]!.routing.experts).fill(0);
  for (const { routing: { row_A, expert_A } } of layers) row_A.forEach((row, a) => { assignments_E[expert_A[a]!]! += counts_N[row]!; });
  return { assignments_E, rows: layers.length * Array.from(counts_N).reduce((sum, counts) => sum + counts, 0) };
}

/** Calls `use` with the softmax of each row that counts; the array is used again for the next. */
function forEachRow(logits_NE: Tensor, counts_N: ArrayLike<number>, use: (probability_E: Float64Array, row: number) => void): void {
  const [rows, experts] = logits_NE.shape as [number, number];
  const logits = logits_NE.dataSync();
  const probability_E = new Float64Array(experts);
  for (let row = 0; row < rows; row++) {
    if (counts_N[row] === 0) continue;
    const own = logits.subarray(row * experts, (row + 1) * experts);
    const largest = Math.max(...own);
    let sum = 0;
    own.forEach((logit, e) => { sum += probability_E[e] = Math.exp(logit - largest); });
    for (let e = 0; e < experts; e++) probability_E[e]! /= sum;
    use(probability_E, row);
  }
}

function dot(a: Float64Array, b: Float64Array): number {
  return a.reduce((sum, value, index) => sum + value * b[index]!, 0);
}

/** The same weights by tfjs's own operations over every expert: what `expertWeights` is tested against. */
export function expertWeightsReference(logits_NE: Tensor2D, { row_A, expert_A, experts }: HostRouting): Tensor1D {
  const rows = logits_NE.shape[0];
  const chosen = new Float32Array(rows * experts);
  row_A.forEach((row, a) => { chosen[row * experts + expert_A[a]!] = 1; });
  const kept_NE = tf.mul(tf.softmax(logits_NE), tf.tensor2d(chosen, [rows, experts]));
  const weight_NE = tf.div(kept_NE, tf.sum(kept_NE, 1, true));
  const places_AX = oneHot(row_A.map((row, a) => row * experts + expert_A[a]!), rows * experts);
  return tf.reshape(tf.matMul(places_AX, tf.reshape<tf.Rank.R2>(weight_NE, [rows * experts, 1])), [row_A.length]);
}

/** The same loss by tfjs's own operations: what `balanceLoss` is tested against. */
export function balanceLossReference(layers: readonly LayerRouting<HostRouting>[], counts_N: ArrayLike<number>): Scalar {
  const counts = Array.from(counts_N);
  const rows = layers.length * counts.reduce((sum, own) => sum + own, 0);
  const counts_N1 = tf.tensor2d(counts, [counts.length, 1]);
  const mean_E = tf.addN(layers.map(({ logits_NE }) => tf.sum(tf.mul(tf.softmax(logits_NE), counts_N1), 0)));
  const share_E = Array.from({ length: layers[0]!.routing.experts }, (_, e) =>
    layers.reduce((sum, { routing }) => sum + routing.row_A.reduce((own, row, a) => own + (routing.expert_A[a] === e ? counts[row]! : 0), 0), 0));
  return tf.mul(tf.sum(tf.mul(mean_E, tf.tensor1d(share_E))), layers[0]!.routing.experts / rows ** 2);
}
