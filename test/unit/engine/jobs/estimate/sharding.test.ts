import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parseRun } from '../../../../../src/documents/run/parse';
import type { Run } from '../../../../../src/documents/run/schema';
import { keptActivationBytes } from '../../../../../src/engine/jobs/estimate/sharding/activations';
import { planScaleout, type ScaleoutPlan } from '../../../../../src/engine/jobs/estimate/sharding/plan';
import type { ModelConfig } from '../../../../../src/engine/model';

interface Kept { readonly layers: number; readonly rows: number; readonly length: number; readonly recompute?: boolean; readonly experts?: number; readonly hidden?: number; readonly intermediate?: number; readonly bytes: number }
const fixture = path.join(process.env['PRECLINICAL_ROOT'] ?? process.cwd(), 'test/fixtures/scaleout/activations.json');

function configOf({ layers, experts, hidden = 128, intermediate = 448 }: Omit<Kept, 'bytes' | 'rows' | 'length'>): ModelConfig {
  return {
    family: experts === undefined ? 'mistral' : 'mixtral', vocabularySize: 512, hiddenSize: hidden, intermediateSize: intermediate, layers, heads: 8, keyValueHeads: 2, headSize: 16,
    maxPositions: 128, ropeTheta: 10000, slidingWindow: null, normEpsilon: 1e-5, tieEmbeddings: false, eosTokenId: 2,
    ...(experts === undefined ? {} : { experts: { count: experts, perToken: 2, balanceLossWeight: 0.02, routerJitter: 0 } }),
  };
}

function runOf(extra: string): Run {
  const { document, problems } = parseRun(`name: r\nstage: pretrain\nbase: b\ndata: m.mix.yaml\nengine: trl\nbatchSize: 8\noptimiser: { learningRate: 0.001 }\n${extra}`, 'r.run.yaml');
  assert.ok(document, problems.map(({ message }) => message).join('; '));
  return document;
}

describe('memory of a run that another engine trains', () => {
  it('keeps the activations that PyTorch\'s autograd keeps, to within a hundredth', () => {
    const { kept } = JSON.parse(readFileSync(fixture, 'utf8')) as { kept: Kept[] };
    for (const one of kept) {
      const bytes = keptActivationBytes(configOf(one), { tokens: one.rows * one.length, precision: 'bfloat16', recomputeActivations: one.recompute ?? false });
      assert.ok(Math.abs(bytes / one.bytes - 1) < 0.01, `${JSON.stringify(one)}: ${bytes}`);
    }
    assert.equal(kept.length, 11);
  });

  it('divides what a sharding shares out by the processes, and leaves the rest whole', () => {
    const config = configOf({ layers: 4 });
    const peaks = (processes: number): number[] => planScaleout(runOf(`scaleout: { processes: ${processes}, precision: bfloat16 }\naccumulationSteps: 8\n`), config,
      { rowsOfProcess: 1, sequenceLength: 64, tokens: undefined, gpu: { limitBytes: 2 ** 40, isGpu: true } }).figures.choices.map(({ peakBytes }) => peakBytes);
    const [two, eight] = [peaks(2), peaks(8)];
    assert.equal(two[0], eight[0], 'a whole copy each');
    for (const place of [1, 2, 3, 4]) assert.ok(eight[place]! < two[place]!);
    assert.ok(two[0]! > two[1]! && two[1]! > two[2]!);
  });

  it('leaves to auto the whole copy where it fits, and fsdp where not; says no where nothing does', () => {
    const config = configOf({ layers: 12 });
    const planned = (limitBytes: number, sharding: string): ScaleoutPlan => planScaleout(
      runOf(`scaleout: { processes: 8, sharding: ${sharding} }\naccumulationSteps: 8\nrecomputeActivations: true\n`), config, { rowsOfProcess: 1, sequenceLength: 64, tokens: 1e6, gpu: { limitBytes, isGpu: false } },
    );
    assert.equal(planned(2 ** 40, 'auto').figures.sharding, 'none');
    const small = planned(24 * 2 ** 20, 'auto');
    assert.equal(small.figures.sharding, 'fsdp');
    assert.equal(small.fits, true);
    assert.equal(planned(24 * 2 ** 20, 'none').fits, false);
    assert.equal(planned(2 ** 16, 'auto').fits, false);
    assert.equal(small.figures.hours, undefined, 'no rate was assumed');
    assert.ok(small.figures.flops! > 6e6);
  });
});
