// Opens the checkpoint of the folder named and prints the most memory this process held above what it held before.
import { loadModel } from '../../../src/engine/model';
import { openBackend } from '../../../src/engine/tensors';

export interface LoadMeasured { readonly peakBytes: number; readonly wallMs: number }

await openBackend('wasm', { threads: 1 });
const before = process.memoryUsage.rss();
const startMs = performance.now();
const model = await loadModel(process.argv[2]!);
const measured: LoadMeasured = { peakBytes: process.resourceUsage().maxRSS * 1024 - before, wallMs: performance.now() - startMs };
model.dispose();
console.log(JSON.stringify(measured));
