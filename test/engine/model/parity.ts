// Parity with transformers: logits, loss, every gradient and ten AdamW steps of small models of each family, on a backend:
// Mistral with a window and with a tied head, Llama with biases, Mixtral with even and with skewed loads, which trains with
// its load-balance loss.
// Logits reach 4.5. All sides compute in f32 (unit round-off 6e-8), summing in different orders over a few dozen terms
// and through two layers of attention. Worst seen: logits 2e-5 (one token, cpu), gradients 5e-6 of the largest element,
// weights after ten steps 3e-6. The limits are two to six times that; a wrong mask, angle, scale or norm shows as 1e-2 or more.
import assert from 'node:assert/strict';
import { loadModel, RoutingRecord, type Model, type RowBatch } from '../../../src/engine/model';
import {
  add, adamwUpdate, crossEntropySum, dispose, gradientsLater, keep, memory, mul, openBackend, sumOfAllSquares, takeNumber, tidy, variable, zerosLike,
  type BackendName, type Gradients, type Scalar, type Tensor, type Variable,
} from '../../../src/engine/tensors';
import { batchOf, fixtureFolder, largestDifference, largestMagnitude, layouts, loadReference, variants, type Layout } from './reference';

const logitsLimit = 5e-5;
const lossLimit = 4e-6;
/** Relative to the largest element of the tensor, or to its norm. */
const gradientLimit = 2e-5;
/** Ten steps of at most about 3e-3 each. */
const weightLimit = 2e-5;

/** The suite on one backend; `open` makes it the backend. Nothing is read synchronously, which not every backend can. */
export function testParity(backend: BackendName, skipped: readonly string[] = []): void {
  for (const variant of variants.filter((name) => !skipped.includes(name))) {
    describe(`a small model against transformers: ${variant} on ${backend}`, () => {
      let model: Model;
      before(async () => { await openBackend(backend); });
      beforeEach(async () => { model = await loadModel(fixtureFolder(variant)); });
      afterEach(() => { model.dispose(); });

      for (const layout of layouts) {
        it(`gives the logits and the loss of ${layout} rows`, async () => {
          const { reference, tensors } = await loadReference(variant);
          const expected = reference.layouts[layout];
          const { rows, targets_N } = batchOf(layout, expected.documents);
          const before = tensorCount();
          const [logits_NV, loss_] = tidy(() => {
            const made_NV = model.logits(model.hidden(rows));
            return [made_NV, crossEntropySum(made_NV, targets_N, 1 / expected.targets)] as [Tensor, Tensor];
          });
          const logits = await logits_NV.data();
          const loss = (await loss_.data())[0]!;
          dispose([logits_NV, loss_]);
          assert.equal(tensorCount(), before);
          const difference = largestDifference(withoutPadding(logits, layout, expected.documents, rows.length), tensors.get(`${layout}.logits`)!.data);
          assert.ok(difference < logitsLimit, `logits differ by ${difference}`);
          assert.ok(Math.abs(loss - expected.loss) < lossLimit, `loss ${loss} instead of ${expected.loss}`);
        });

        if (variant.startsWith('mixtral')) it(`gives the loads of the experts and the load-balance loss of ${layout} rows`, async () => {
          const { balanceLoss, loads, documents } = (await loadReference(variant)).reference.layouts[layout];
          const { rows } = batchOf(layout, documents);
          const counts_N = countedRows(documents, rows);
          const record = new RoutingRecord();
          const loss = await takeNumber(tidy(() => {
            model.hidden(rows, { router: { record } });
            return record.balanceLoss(counts_N);
          }));
          assert.deepEqual(await record.loads(counts_N), loads);
          assert.ok(Math.abs(loss - balanceLoss!) < lossLimit, `${loss} instead of ${balanceLoss}`);
        });

        it(`gives the gradient of every weight over ${layout} rows`, async () => {
          const { reference, tensors } = await loadReference(variant);
          const expected = reference.layouts[layout];
          const found = await lossAndGradients(model, layout, expected.documents, expected.targets);
          assert.ok(Math.abs(found.crossEntropy - expected.loss) < lossLimit);
          for (const [index, name] of [...model.parameters.keys()].entries()) {
            const gradient = found.gradients[index]!;
            const norm = Math.sqrt(await sumOfAllSquares([gradient]));
            const expectedNorm = expected.gradientNorms[name]!;
            assert.ok(Math.abs(norm - expectedNorm) <= gradientLimit * expectedNorm, `${name}: norm ${norm} instead of ${expectedNorm}`);
            if (layout === reference.gradientLayout) {
              const values = tensors.get(`gradient.${name}`)!.data;
              const difference = largestDifference(await gradient.data(), values);
              assert.ok(difference <= gradientLimit * largestMagnitude(values), `${name}: differs by ${difference}, its largest element is ${largestMagnitude(values)}`);
            }
            gradient.dispose();
          }
        });
      }

      it('follows ten AdamW steps with clipping', async () => {
        const { reference, tensors } = await loadReference(variant);
        const { clipNorm, ...settings } = reference.optimiser;
        const parameters = [...model.parameters.values()];
        const moments = parameters.map((parameter) => [emptyMoment(parameter), emptyMoment(parameter)] as const);
        const before = tensorCount();
        for (const [index, expected] of reference.steps.entries()) {
          const targets = expected.documents.reduce((sum, ids) => sum + ids.length - 1, 0);
          const found = await lossAndGradients(model, 'plain', expected.documents.map((ids) => [ids]), targets);
          const norm = Math.sqrt(await sumOfAllSquares(found.gradients));
          // The loss of step n carries the weight differences of the n − 1 steps before.
          assert.ok(Math.abs(found.crossEntropy - expected.loss) < weightLimit, `step ${index + 1}: loss ${found.value} instead of ${expected.loss}`);
          assert.ok(Math.abs(norm - expected.gradientNorm) < weightLimit * expected.gradientNorm, `step ${index + 1}: norm ${norm} instead of ${expected.gradientNorm}`);
          const gradientScale = Math.min(1, clipNorm / (norm + 1e-6));
          parameters.forEach((parameter, i) => {
            const weightDecay = parameter.shape.length > 1 ? settings.weightDecay : 0;
            adamwUpdate(parameter, found.gradients[i]!, moments[i]![0], moments[i]![1], { ...settings, weightDecay, step: index + 1, gradientScale });
            found.gradients[i]!.dispose();
          });
        }
        assert.equal(tensorCount(), before);
        for (const [name, parameter] of model.parameters) {
          const difference = largestDifference(await parameter.data(), tensors.get(`after.${name}`)!.data);
          assert.ok(difference < weightLimit, `${name}: differs by ${difference} after ten steps`);
        }
        for (const moment of moments.flat()) moment.dispose();
      });
    });
  }
}

/** Live tensors. */
function tensorCount(): number {
  return memory().numTensors;
}

type Documents = Parameters<typeof batchOf>[1];

/** Gradients of the loss a family trains with; the cross-entropy in it alone. */
async function lossAndGradients(model: Model, layout: Layout, documents: Documents, targets: number): Promise<Gradients & { readonly crossEntropy: number }> {
  const { rows, targets_N } = batchOf(layout, documents);
  const { experts } = model.config;
  let crossEntropy: Scalar | undefined;
  const found = await gradientsLater(() => {
    const record = new RoutingRecord();
    const loss = crossEntropySum(model.logits(model.hidden(rows, { router: { record } })), targets_N, 1 / targets);
    if (experts === undefined) return loss;
    crossEntropy = keep(loss);
    return add(loss, mul(record.balanceLoss(countedRows(documents, rows)), experts.balanceLossWeight));
  }, [...model.parameters.values()]);
  return { ...found, crossEntropy: crossEntropy === undefined ? found.value : await takeNumber(crossEntropy) };
}

/** 1 for each token, 0 for padding. */
function countedRows(documents: Documents, { length }: RowBatch): number[] {
  return documents.flatMap((row) => Array.from({ length }, (_, t) => (t < row.flat().length ? 1 : 0)));
}

function emptyMoment(parameter: Variable): Variable {
  return tidy(() => variable(zerosLike(parameter), false));
}

/** The reference has no padding: keeps the logits of real tokens only. */
function withoutPadding(logits: ArrayLike<number>, layout: Layout, documents: Documents, length: number): ArrayLike<number> {
  if (layout !== 'padded') return logits;
  const vocabularySize = logits.length / (documents.length * length);
  return documents.flatMap((row, index) => Array.from(
    { length: row.flat().length * vocabularySize }, (_, i) => logits[index * length * vocabularySize + i]!,
  ));
}
