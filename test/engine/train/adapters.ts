// Parity of adapters with PEFT on a backend: logits, every gradient, five AdamW steps, of adapters on linear layers and on the
// experts and routers of a Mixtral. Nothing is read synchronously, which not every backend can. Limits and their reasons are
// those of the model's parity test.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { loadModel, parameterShapes, readAdapter, readSafetensors, type Model, type StoredTensor } from '../../../src/engine/model';
import { packageRoot } from '../../../src/engine/parts/assets';
import { crossEntropySum, gradientsLater, openBackend, sumOfAllSquares, tidy, type BackendName, type Gradients } from '../../../src/engine/tensors';
import { AdamW, clipFactor } from '../../../src/engine/train';
import { batchOf, fixtureFolder, largestDifference, largestMagnitude } from '../model/reference';

export const variants = ['lora-plain', 'lora-stabilised', 'lora-experts', 'lora-experts-joined'] as const;
/** The model each adapter stands beside. */
const bases: Readonly<Record<string, string>> = { 'lora-experts': 'mixtral-skewed', 'lora-experts-joined': 'mixtral-balanced', 'lora-experts-separate': 'mixtral-balanced' };
export const baseOf = (variant: string): string => fixtureFolder(bases[variant] ?? 'window');
export const logitsLimit = 5e-5;
const gradientLimit = 2e-5;
const weightLimit = 2e-5;

export interface Reference {
  readonly documents: number[][];
  readonly loss: number;
  readonly steps: readonly { readonly documents: number[][]; readonly loss: number; readonly gradientNorm: number }[];
  readonly optimiser: { readonly learningRate: number; readonly beta1: number; readonly beta2: number; readonly epsilon: number; readonly weightDecay: number; readonly clipNorm: number };
}

export const folderOf = (variant: string): string => path.join(packageRoot, 'test/fixtures/training', variant);

export async function openVariant(variant: string): Promise<{ model: Model; reference: Reference; tensors: Map<string, StoredTensor> }> {
  const model = await loadModel(baseOf(variant));
  model.attach(await readAdapter(folderOf(variant), parameterShapes(model.config)));
  const { tensors } = await readSafetensors(path.join(folderOf(variant), 'reference.safetensors'));
  return { model, tensors, reference: JSON.parse(readFileSync(path.join(folderOf(variant), 'reference.json'), 'utf8')) as Reference };
}

/** Of the mean over every token but the first of each document. */
function lossAndGradients(model: Model, documents: readonly number[][]): Promise<Gradients> {
  const { rows, targets_N } = batchOf('plain', documents.map((ids) => [ids]));
  const targets = documents.reduce((sum, ids) => sum + ids.length - 1, 0);
  return gradientsLater(() => crossEntropySum(model.logits(model.hidden(rows)), targets_N, 1 / targets), [...model.trainable.values()]);
}

async function readLogits(model: Model, documents: readonly number[][]): Promise<Float32Array> {
  const logits_NV = tidy(() => model.logits(model.hidden(batchOf('plain', documents.map((ids) => [ids])).rows)));
  const values = await logits_NV.data<'float32'>();
  logits_NV.dispose();
  return values;
}

/** The suite on one backend. */
export function testAdapters(backend: BackendName): void {
  describe(`a low-rank adapter against PEFT on ${backend}`, () => {
    before(() => openBackend(backend));

    for (const variant of variants) {
      it(`gives the logits, the loss and every gradient: ${variant}`, async () => {
        const { model, reference, tensors } = await openVariant(variant);
        assert.ok(largestDifference(await readLogits(model, reference.documents), tensors.get('logits')!.data) < logitsLimit);
        const found = await lossAndGradients(model, reference.documents);
        assert.ok(Math.abs(found.value - reference.loss) < 4e-6, `loss ${found.value} instead of ${reference.loss}`);
        for (const [i, name] of [...model.trainable.keys()].entries()) {
          const expected = tensors.get(`gradient.${name}`)!.data;
          const difference = largestDifference(await found.gradients[i]!.data(), expected) / largestMagnitude(expected);
          assert.ok(difference < gradientLimit, `${name}: differs by ${difference} of its largest element`);
          found.gradients[i]!.dispose();
        }
        assert.equal(model.trainable.size, [...tensors.keys()].filter((name) => name.startsWith('gradient.')).length);
        model.dispose();
      });

      it(`follows five AdamW steps that change the adapter alone: ${variant}`, async () => {
        const { model, reference, tensors } = await openVariant(variant);
        const { clipNorm, ...optimiser } = reference.optimiser;
        const weights = async (): Promise<Float32Array[]> => Promise.all([...model.parameters.values()].map(async (parameter) => (await parameter.data<'float32'>()).slice()));
        const frozen = await weights();
        const adamw = new AdamW(model.trainable, { name: 'adamw', ...optimiser, clipNorm });
        for (const [index, expected] of reference.steps.entries()) {
          const found = await lossAndGradients(model, expected.documents);
          const norm = Math.sqrt(await sumOfAllSquares(found.gradients));
          assert.ok(Math.abs(found.value - expected.loss) < weightLimit, `step ${index + 1}: loss ${found.value} instead of ${expected.loss}`);
          assert.ok(Math.abs(norm - expected.gradientNorm) < weightLimit * Math.max(1, expected.gradientNorm));
          adamw.update(found.gradients, { learningRate: optimiser.learningRate, step: index + 1, gradientScale: clipFactor(norm, clipNorm) });
          for (const gradient of found.gradients) gradient.dispose();
        }
        for (const [name, parameter] of model.trainable) {
          const difference = largestDifference(await parameter.data(), tensors.get(`after.${name}`)!.data);
          assert.ok(difference < weightLimit, `${name}: differs by ${difference}`);
        }
        assert.deepEqual(await weights(), frozen);
        adamw.dispose();
        model.dispose();
      });
    }
  });
}
