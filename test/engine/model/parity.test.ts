// Parity with transformers: logits, loss, every gradient and ten AdamW steps of small models of each family, on each backend:
// Mistral with a window and with a tied head, Llama with biases, Mixtral with even and with skewed loads, which trains with
// its load-balance loss.
// Logits reach 4.5. All sides compute in f32 (unit round-off 6e-8), summing in different orders over a few dozen terms
// and through two layers of attention. Worst seen: logits 2e-5 (one token, cpu), gradients 5e-6 of the largest element,
// weights after ten steps 3e-6. The limits are two to six times that; a wrong mask, angle, scale or norm shows as 1e-2 or more.
import assert from 'node:assert/strict';
import { loadModel, RoutingRecord, type Model, type RowBatch } from '../../../src/engine/model';
import {
  add, adamwUpdate, crossEntropySum, gradients, memory, mul, openBackend, sumOfSquares, tidy, variable, zerosLike, type Gradients, type Variable,
} from '../../../src/engine/tensors';
import { batchOf, fixtureFolder, largestDifference, largestMagnitude, layouts, loadReference, variants, type Layout } from './reference';

const logitsLimit = 5e-5;
const lossLimit = 4e-6;
/** Relative to the largest element of the tensor, or to its norm. */
const gradientLimit = 2e-5;
/** Ten steps of at most about 3e-3 each. */
const weightLimit = 2e-5;

for (const backend of ['wasm', 'cpu'] as const) {
  for (const variant of variants) {
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
          const before = memory().numTensors;
          const { logits, loss } = tidy(() => {
            const logits_NV = model.logits(model.hidden(rows));
            return { logits: logits_NV.dataSync(), loss: crossEntropySum(logits_NV, targets_N, 1 / expected.targets).dataSync()[0]! };
          });
          assert.equal(memory().numTensors, before);
          const difference = largestDifference(withoutPadding(logits, layout, expected.documents, rows.length), tensors.get(`${layout}.logits`)!.data);
          assert.ok(difference < logitsLimit, `logits differ by ${difference}`);
          assert.ok(Math.abs(loss - expected.loss) < lossLimit, `loss ${loss} instead of ${expected.loss}`);
        });

        if (variant.startsWith('mixtral')) it(`gives the loads of the experts and the load-balance loss of ${layout} rows`, async () => {
          const { balanceLoss, loads, documents } = (await loadReference(variant)).reference.layouts[layout];
          const { rows } = batchOf(layout, documents);
          const counts_N = countedRows(documents, rows);
          const record = new RoutingRecord();
          const loss = tidy(() => {
            model.hidden(rows, { router: { record } });
            return record.balanceLoss(counts_N).dataSync()[0]!;
          });
          assert.deepEqual(record.loads(counts_N), loads);
          assert.ok(Math.abs(loss - balanceLoss!) < lossLimit, `${loss} instead of ${balanceLoss}`);
        });

        it(`gives the gradient of every weight over ${layout} rows`, async () => {
          const { reference, tensors } = await loadReference(variant);
          const expected = reference.layouts[layout];
          const found = lossAndGradients(model, layout, expected.documents, expected.targets);
          assert.ok(Math.abs(found.crossEntropy - expected.loss) < lossLimit);
          [...model.parameters.keys()].forEach((name, index) => {
            const gradient = found.gradients[index]!;
            const norm = Math.sqrt(sumOfSquares(gradient));
            const expectedNorm = expected.gradientNorms[name]!;
            assert.ok(Math.abs(norm - expectedNorm) <= gradientLimit * expectedNorm, `${name}: norm ${norm} instead of ${expectedNorm}`);
            if (layout === reference.gradientLayout) {
              const values = tensors.get(`gradient.${name}`)!.data;
              const difference = largestDifference(gradient.dataSync(), values);
              assert.ok(difference <= gradientLimit * largestMagnitude(values), `${name}: differs by ${difference}, its largest element is ${largestMagnitude(values)}`);
            }
            gradient.dispose();
          });
        });
      }

      it('follows ten AdamW steps with clipping', async () => {
        const { reference, tensors } = await loadReference(variant);
        const { clipNorm, ...settings } = reference.optimiser;
        const parameters = [...model.parameters.values()];
        const moments = parameters.map((parameter) => [emptyMoment(parameter), emptyMoment(parameter)] as const);
        const before = memory().numTensors;
        reference.steps.forEach((expected, index) => {
          const targets = expected.documents.reduce((sum, ids) => sum + ids.length - 1, 0);
          const found = lossAndGradients(model, 'plain', expected.documents.map((ids) => [ids]), targets);
          const norm = Math.sqrt(found.gradients.reduce((sum, gradient) => sum + sumOfSquares(gradient), 0));
          // The loss of step n carries the weight differences of the n − 1 steps before.
          assert.ok(Math.abs(found.crossEntropy - expected.loss) < weightLimit, `step ${index + 1}: loss ${found.value} instead of ${expected.loss}`);
          assert.ok(Math.abs(norm - expected.gradientNorm) < weightLimit * expected.gradientNorm, `step ${index + 1}: norm ${norm} instead of ${expected.gradientNorm}`);
          const gradientScale = Math.min(1, clipNorm / (norm + 1e-6));
          parameters.forEach((parameter, i) => {
            const weightDecay = parameter.shape.length > 1 ? settings.weightDecay : 0;
            adamwUpdate(parameter, found.gradients[i]!, moments[i]![0], moments[i]![1], { ...settings, weightDecay, step: index + 1, gradientScale });
            found.gradients[i]!.dispose();
          });
        });
        assert.equal(memory().numTensors, before);
        for (const [name, parameter] of model.parameters) {
          const difference = largestDifference(parameter.dataSync(), tensors.get(`after.${name}`)!.data);
          assert.ok(difference < weightLimit, `${name}: differs by ${difference} after ten steps`);
        }
        for (const moment of moments.flat()) moment.dispose();
      });
    });
  }
}

type Documents = Parameters<typeof batchOf>[1];

/** Gradients of the loss a family trains with; the cross-entropy in it alone. */
function lossAndGradients(model: Model, layout: Layout, documents: Documents, targets: number): Gradients & { readonly crossEntropy: number } {
  const { rows, targets_N } = batchOf(layout, documents);
  const { experts } = model.config;
  let crossEntropy = 0;
  const found = gradients(() => {
    const record = new RoutingRecord();
    const loss = crossEntropySum(model.logits(model.hidden(rows, { router: { record } })), targets_N, 1 / targets);
    crossEntropy = loss.dataSync()[0]!;
    return experts === undefined ? loss : add(loss, mul(record.balanceLoss(countedRows(documents, rows)), experts.balanceLossWeight));
  }, [...model.parameters.values()]);
  return { ...found, crossEntropy };
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
