// Training a model with experts: the load-balance loss is in the gradients and not in the loss, jitter is in training only
// and repeats, loads are reported and even out.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { initialiseModel, loadModel, plainRows, type Experts, type Model } from '../../../src/engine/model';
import { packageRoot } from '../../../src/engine/parts/assets';
import { dispose, openBackend, sumOfAllSquares, tensor, type Variable } from '../../../src/engine/tensors';
import { documentsOf, SignatureWatch } from '../../../src/engine/train';
import { makeBatch, type TrainBatch } from '../../../src/engine/train/batch';
import { GradientSum } from '../../../src/engine/train/gradient-sum';
import { lossGradients, routeUpdate, type LossGradients } from '../../../src/engine/train/loss';
import { fixtureFolder } from '../model/reference';
import { disposeTraining, eventsOf, eventsOfType, tinyConfig, tinyTraining, weightsOf } from './tiny';

/** Norms of gradients by the names of weights; made by test/reference/make_balance.py. */
interface BalanceReference extends Readonly<Record<'large' | 'trainer' | 'expectedTrainer', Readonly<Record<string, number>>>> { readonly documents: readonly (readonly number[])[] }

/** Documents of one length, in rows of their own, each token to be told from those before it. */
function batchOfDocuments(documents: readonly (readonly number[])[]): TrainBatch {
  const rows = plainRows(documents);
  const length = rows.length;
  return {
    rows, targets_N: Int32Array.from(documents.flatMap((ids) => [...ids.slice(1), -1])), exampleLength_N: new Int32Array(rows.ids_N.length).fill(length),
    isToken_N: new Uint8Array(rows.ids_N.length).fill(1), longestRow: length + 1, tokens: rows.ids_N.length, lossTokens: documents.length * (length - 1),
  };
}

const plain: Experts = { count: 4, perToken: 2, balanceLossWeight: 0, routerJitter: 0 };

function modelWith(experts: Partial<Experts>, std = 0.2): Model {
  return initialiseModel({ ...tinyConfig, family: 'mixtral', experts: { ...plain, ...experts } }, 1, std);
}

/** Makes the first feature of every hidden state large, and the last layer's router read nothing else. */
function sendAllToFirstTwo({ parameters, config: { hiddenSize } }: Model): void {
  change(parameters.get('model.embed_tokens.weight')!, (value, i) => (i % hiddenSize === 0 ? 20 : value));
  change(parameters.get('model.layers.1.block_sparse_moe.gate.weight')!, (_, i) => (i === 0 || i === hiddenSize ? 20 : 0));
}

function change(parameter: Variable, to: (value: number, index: number) => number): void {
  const changed = tensor(parameter.dataSync<'float32'>().map(to), parameter.shape, 'float32');
  parameter.assign(changed);
  changed.dispose();
}

describe('training a model with experts', () => {
  before(() => openBackend('wasm'));

  const batchOf = (rows: readonly number[]): TrainBatch => {
    const settings = tinyTraining({ stage: 'finetune' });
    const batch = makeBatch(rows.map((row) => ({ of: settings.plan.stages[0]!, row })), { padId: 0, maximumLength: settings.sequenceLength });
    disposeTraining(settings);
    return batch;
  };
  const valuesOf = ({ gradients }: LossGradients): Float32Array[] => {
    const values = gradients.map((gradient) => gradient.dataSync<'float32'>().slice());
    dispose(gradients);
    return values;
  };
  const run = async (experts: Partial<Experts>, batch: TrainBatch, name = '0/0', recomputeActivations = false): Promise<{ found: LossGradients; values: Float32Array[] }> => {
    const model = modelWith(experts);
    const found = await lossGradients(model, batch, batch.lossTokens, { router: { jitter: { seed: 1, name } }, recomputeActivations });
    const values = valuesOf(found);
    model.dispose();
    return { found, values };
  };

  it('adds the weighted balance loss to the gradients and leaves the loss the cross-entropy', async () => {
    const batch = batchOf([0, 1, 2]);
    const [none, half, whole] = await Promise.all([run({ balanceLossWeight: 0 }, batch), run({ balanceLossWeight: 0.5 }, batch), run({ balanceLossWeight: 1 }, batch)]);
    assert.equal(whole.found.value, none.found.value);
    assert.deepEqual(whole.found.routing, none.found.routing);
    let moved = 0;
    none.values.forEach((base, i) => { base.forEach((value, j) => {
      const [first, second] = [half.values[i]![j]! - value, whole.values[i]![j]! - value];
      assert.ok(Math.abs(second - 2 * first) < 1e-5, 'the gradient is linear in the weight');
      moved = Math.max(moved, Math.abs(second));
    }); });
    assert.ok(moved > 1e-2, `the balance loss moves gradients by at most ${moved}`);
  });

  it('counts the tokens of the batch and not its padding', async () => {
    const batch = batchOf([0, 1, 2]);
    assert.ok(batch.tokens < batch.targets_N.length, 'the batch has padding');
    const { loads_LE, balanceLoss } = (await run({}, batch)).found.routing!;
    for (const load_E of loads_LE) assert.equal(load_E.reduce((sum, load) => sum + load, 0), 2 * batch.tokens);
    assert.ok(balanceLoss >= plain.perToken - 1e-5 && balanceLoss < plain.count * plain.perToken);
  });

  it('draws jitter by name: the same again, also recomputed, another for another micro-batch, none without', async () => {
    const batch = batchOf([0, 1]);
    const first = await run({ routerJitter: 0.3 }, batch);
    assert.deepEqual((await run({ routerJitter: 0.3 }, batch)).values, first.values);
    assert.deepEqual((await run({ routerJitter: 0.3 }, batch, '0/0', true)).values, first.values);
    assert.notEqual((await run({ routerJitter: 0.3 }, batch, '0/1')).found.value, first.found.value);
    assert.notEqual((await run({}, batch)).found.value, first.found.value);
  });

  it('measures held-out loss without jitter, and says the loss without it', async () => {
    const heldOut: number[] = [];
    for (const routerJitter of [0, 0.3]) {
      const settings = tinyTraining({ model: modelWith({ routerJitter }) });
      const events = await eventsOf(settings);
      heldOut.push(eventsOfType(events, 'heldOut')[0]!.measured.loss);
      const last = eventsOfType(events, 'update').at(-1)!;
      assert.equal(last.quietLoss !== undefined, routerJitter > 0);
      disposeTraining(settings);
    }
    assert.equal(heldOut[0], heldOut[1]);
  });

  it('repeats bit for bit with jitter and accumulation', async () => {
    const weights = [];
    for (let i = 0; i < 2; i++) {
      const settings = tinyTraining({ model: modelWith({ routerJitter: 0.1, balanceLossWeight: 0.02 }), plan: { accumulationSteps: 2 } });
      await eventsOf(settings);
      weights.push(weightsOf(settings.model));
      disposeTraining(settings);
    }
    assert.deepEqual(weights[0], weights[1]);
  });

  it('says that a router has collapsed when every token goes to the same experts, and nothing of one that has not', async () => {
    const said: string[][] = [];
    for (const collapse of [false, true]) {
      const model = modelWith({});
      if (collapse) sendAllToFirstTwo(model);
      const settings = tinyTraining({ model, plan: { steps: 12 } });
      const watch = new SignatureWatch({ sets: {}, hasBase: false, warmupSteps: 0, forgettingThreshold: 1, rewarmingSteps: 0, updatesInPass: 10, expertsPerToken: plain.perToken, plan: settings.plan });
      said.push((await eventsOf(settings)).flatMap((event) => watch.observe(event)).map(({ kind, step, message, updates, documents }) => {
        assert.deepEqual(documents, documentsOf(settings.plan.microBatches(updates.from - 1).flat()));
        return `${kind} at ${step}: ${message.slice(0, 21)}, since ${updates.to}`;
      }));
      disposeTraining(settings);
    }
    assert.deepEqual(said, [[], ['router-collapse at 10: the router of layer 1, since 1']]);
  });

  it('accumulates the gradients transformers computes for the large batch, which its Trainer does not', async () => {
    const reference = JSON.parse(readFileSync(path.join(packageRoot, 'test/fixtures/training/balance.json'), 'utf8')) as BalanceReference;
    const model = await loadModel(fixtureFolder('mixtral-skewed'));
    const batches = [reference.documents.slice(0, 2), reference.documents.slice(2)].map(batchOfDocuments);
    const jitter = { seed: 1, name: 'step' };
    const update = await routeUpdate(model, batches.map((batch) => ({ batch, jitter })));
    const sum = new GradientSum();
    const lossTokens = batches.reduce((all, batch) => all + batch.lossTokens, 0);
    for (const batch of batches) sum.add((await lossGradients(model, batch, lossTokens, { router: { jitter, update } })).gradients);
    for (const [i, name] of [...model.trainable.keys()].entries()) {
      const norm = Math.sqrt(await sumOfAllSquares([sum.tensors[i]!]));
      assert.ok(Math.abs(norm - reference.large[name]!) <= 2e-5 * Math.max(1e-3, reference.large[name]!), `${name}: ${norm} instead of ${reference.large[name]!}`);
      assert.ok(Math.abs(reference.trainer[name]! - reference.expectedTrainer[name]!) <= 2e-5 * Math.max(1e-3, reference.trainer[name]!), `${name}: Trainer adds balance losses up`);
    }
    const router = 'model.layers.0.block_sparse_moe.gate.weight';
    assert.ok(reference.trainer[router]! > 1.5 * reference.large[router]!, 'the weight of the balance loss grows with the micro-batches of Trainer');
    sum.dispose();
    model.dispose();
  });

  it('learns from micro-batches what it learns from the large batch, balance loss, noise and all', async () => {
    const learn = async (plan: object): Promise<{ weights: Map<string, Float32Array>; losses: number[] }> => {
      const settings = tinyTraining({ model: modelWith({ balanceLossWeight: 1 }), stage: 'finetune', neftuneAlpha: 5, plan: { ...plan, steps: 3 } });
      const updates = eventsOfType(await eventsOf(settings), 'update');
      const weights = weightsOf(settings.model);
      disposeTraining(settings);
      return { weights, losses: updates.flatMap(({ loss, routing, gradientNorm }) => [loss, routing!.balanceLoss, gradientNorm]) };
    };
    const [large, small] = [await learn({ batchSize: 6, accumulationSteps: 1 }), await learn({ batchSize: 2, accumulationSteps: 3 })];
    large.losses.forEach((value, i) => { assert.ok(Math.abs(small.losses[i]! - value) < 1e-4 * value, `${small.losses[i]} instead of ${value}`); });
    // Sums are rounded in another order, and AdamW makes updates of one size of the smallest gradients: a few of its steps of 0.01.
    for (const [name, values] of large.weights) {
      const other = small.weights.get(name)!;
      const mean = values.reduce((sum, value, i) => sum + Math.abs(value - other[i]!), 0) / values.length;
      assert.ok(mean < 1e-4, `${name}: ${mean}`);
    }
  });

  it('evens out the loads when the balance loss has weight', async () => {
    const finals: number[] = [];
    for (const balanceLossWeight of [0, 0.5]) {
      const settings = tinyTraining({ model: modelWith({ balanceLossWeight }), plan: { epochs: 4 } });
      const routings = eventsOfType(await eventsOf(settings), 'update').map(({ routing }) => routing!.balanceLoss);
      finals.push(routings.slice(-5).reduce((sum, value) => sum + value, 0) / 5);
      disposeTraining(settings);
    }
    const [without, withWeight] = finals as [number, number];
    assert.ok(withWeight < without && withWeight < 1.05 * plain.perToken, `${withWeight} with a weight, ${without} without; ${plain.perToken} is even`);
  });
});
