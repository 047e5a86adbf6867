// npm run bench:load: the most memory a process holds while it opens a checkpoint, over what its weights take in f32. The
// checkpoint is made here: random, in shards, half a gigabyte of bf16 or what --megabytes says.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { configFromArchitecture, countParameters, elements, initialiseModel, parameterShapes, saveModel, type WrittenDtype } from '../../../src/engine/model';
import { architectureSchema } from '../../../src/documents/run/schema';
import { openBackend } from '../../../src/engine/tensors';
import { machineLine } from '../machine';
import type { LoadMeasured } from './load.child';

const megabyte = 2 ** 20;
const shards = 6;
const { values } = parseArgs({ options: { megabytes: { type: 'string', default: '512' }, help: { type: 'boolean' } } });

/** About so many bytes of two-byte numbers in layers of 1024. */
function architectureOf(bytes: number): object {
  const layer = 3 * 1024 * 2816 + 2 * 1024 * 1024 + 2 * 1024 * 256;
  return { family: 'mistral', hiddenSize: 1024, intermediateSize: 2816, layers: Math.max(1, Math.round((bytes / 2 - 2 * 16000 * 1024) / layer)), heads: 16, keyValueHeads: 4, headSize: 64, maxPositions: 2048 };
}

async function main(): Promise<void> {
  const config = configFromArchitecture(architectureSchema.parse(architectureOf(Number(values.megabytes) * megabyte)), 16000, { beginId: 1, endId: 2, padId: undefined });
  const weights = 4 * countParameters(config);
  const largest = 4 * Math.max(...[...parameterShapes(config).values()].map(elements));
  console.log(machineLine(1));
  console.log(`weights ${(weights / megabyte).toFixed(0)} MiB in f32, largest tensor ${(largest / megabyte).toFixed(0)} MiB`);
  const folder = mkdtempSync(path.join(tmpdir(), 'preclinical-bench-load-'));
  try {
    await openBackend('wasm');
    const model = initialiseModel(config, 1, 0.02);
    for (const dtype of ['f32', 'bf16', 'f16'] as const satisfies readonly WrittenDtype[]) {
      await saveModel(model, folder, { dtype, maxShardBytes: Math.ceil((weights / shards) * (dtype === 'f32' ? 1 : 0.5)) });
      const { status, stdout, stderr } = spawnSync(process.execPath, [path.join(path.dirname(fileURLToPath(import.meta.url)), 'load.child.mjs'), folder], { encoding: 'utf8' });
      if (status !== 0) throw new Error(stderr);
      const { peakBytes, wallMs } = JSON.parse(stdout) as LoadMeasured;
      const above = peakBytes - weights;
      console.log(`${dtype}: peak ${(peakBytes / megabyte).toFixed(0)} MiB, ${(above / megabyte).toFixed(0)} MiB or ${(above / largest).toFixed(2)} of the largest tensor above the weights; ${(wallMs / 1000).toFixed(1)} s`);
    }
    model.dispose();
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

if (values.help) console.log('bench:load -- [--megabytes 512]');
else await main();
