// Losses of tiny runs as committed text, equal to the last bit on single-threaded wasm: a change that should not alter
// training must not change them. One that should is committed with new files: PRECLINICAL_WRITE_GOLDEN=1 npm test engine.
import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { packageRoot } from '../../../src/engine/parts/assets';
import { openBackend } from '../../../src/engine/tensors';
import { disposeTraining, eventsOf, tinyTraining, type TinyOptions } from './tiny';

const folder = path.join(packageRoot, 'test/engine/train/golden');

const runs: Record<string, TinyOptions> = {
  'pretrain': { plan: { steps: 12 } },
  'finetune-neftune': { stage: 'finetune', neftuneAlpha: 5, plan: { steps: 8, batchSize: 3, accumulationSteps: 2 } },
  'finetune-packed': { stage: 'finetune', packing: 'best-fit', neftuneAlpha: 5, plan: { steps: 8, batchSize: 2 } },
  'finetune-lora': {
    stage: 'finetune', plan: { steps: 8, batchSize: 3 },
    lora: { rank: 2, alpha: 8, dropout: 0.1, targetModules: ['q_proj', 'v_proj', 'down_proj'], rankStabilised: false },
  },
};

/** A line an update: step, loss, gradient norm; a line a held-out measurement: step, loss. Shortest digits that name the double. */
async function linesOf(options: TinyOptions): Promise<string> {
  const settings = tinyTraining(options);
  const lines = (await eventsOf(settings)).flatMap((event) => {
    switch (event.type) {
      case 'update': return [`${event.progress.step} loss ${event.loss} gradientNorm ${event.gradientNorm}`];
      case 'heldOut': return [`${event.progress.step} heldOut ${event.measured.loss}`];
      case 'microBatch': case 'boundary': case 'nonFinite': return [];
    }
  });
  disposeTraining(settings);
  return `${lines.join('\n')}\n`;
}

describe('golden losses', () => {
  before(() => openBackend('wasm'));

  for (const [name, options] of Object.entries(runs)) {
    it(`of ${name} are those committed`, async () => {
      const file = path.join(folder, `${name}.txt`);
      const lines = await linesOf(options);
      if (process.env['PRECLINICAL_WRITE_GOLDEN'] === '1') writeFileSync(file, lines);
      assert.ok(existsSync(file), `${file} is missing`);
      assert.equal(lines, readFileSync(file, 'utf8'));
    });
  }

  it('are those of the plain reference on cpu, but for rounding', async () => {
    await openBackend('cpu');
    try {
      for (const [name, options] of Object.entries(runs)) {
        const numbers = (lines: string): number[] => (lines.match(/[\d.]+/g) ?? []).map(Number);
        const golden = numbers(readFileSync(path.join(folder, `${name}.txt`), 'utf8'));
        numbers(await linesOf(options)).forEach((value, i) => {
          assert.ok(Math.abs(value - golden[i]!) <= 2e-4 * Math.abs(golden[i]!), `${name}: ${value} for ${golden[i]}`);
        });
      }
    } finally {
      await openBackend('wasm');
    }
  });

  it('do not depend on what ran before', async () => {
    const first = await linesOf(runs['pretrain']!);
    await linesOf(runs['finetune-neftune']!);
    assert.equal(await linesOf(runs['pretrain']!), first);
  });
});
