// How fast a mix is built, in how much memory and how well duplicates are found, beside datatrove and the Rust tokenizers library
// on the same files in the same run.
//   npm run bench:data -- [--megabytes 100] [--memory 1000,3000] [--no-peers] [--folder DIR]
// --memory builds corpora of these sizes without peers and tells the peak of each. The environment of the peers is made once from
// requirements.lock; nothing of this is part of a test.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { pythonEnvironment, pythonVariables } from '../../rig/python-environment.mjs';
import { buildOnce, judge, readProduct, writeMix } from './build.mjs';
import { makeCorpus } from './corpus.mjs';

const here = path.dirname(fileURLToPath(import.meta.url));
const root = path.resolve(here, '../../..');
const { values } = parseArgs({ options: {
  'megabytes': { type: 'string', default: '100' }, 'memory': { type: 'string' }, 'no-peers': { type: 'boolean', default: false }, 'folder': { type: 'string' },
} });
const folder = values.folder ?? fs.mkdtempSync(path.join(os.tmpdir(), 'preclinical-bench-'));
const tokenizer = path.join(root, 'media/sample/model');
const cores = os.availableParallelism();

console.log(`${os.cpus()[0]?.model ?? 'unknown processor'}, ${cores} cores, Node ${process.version}, load ${os.loadavg()[0].toFixed(1)}`);
if (values.memory) for (const megabytes of values.memory.split(',')) await memoryOf(Number(megabytes));
else await compare(Number(values.megabytes));
if (!values.folder) fs.rmSync(folder, { recursive: true });

function corpus(megabytes) {
  const place = path.join(folder, `corpus-${megabytes}`);
  const facts = path.join(place, 'facts.json');
  if (!fs.existsSync(facts)) {
    const made = makeCorpus(place, { megabytes });
    fs.writeFileSync(facts, JSON.stringify(made));
  }
  writeMix(place, tokenizer);
  fs.rmSync(path.join(place, '.preclinical'), { recursive: true, force: true });
  return { place, ...JSON.parse(fs.readFileSync(facts, 'utf8')) };
}

async function memoryOf(megabytes) {
  const { place, bytes } = corpus(megabytes);
  const { peakBytes, totalMs } = await buildOnce(root, place);
  console.log(`${(bytes / 1e6).toFixed(0)} MB of text: peak ${(peakBytes / 1e6).toFixed(0)} MB, ${(totalMs / 1000).toFixed(0)} s`);
  fs.rmSync(path.join(place, '.preclinical'), { recursive: true, force: true });
}

async function compare(megabytes) {
  const { place, bytes, documents } = corpus(megabytes);
  const { steps, peakBytes } = await buildOnce(root, place);
  const product = readProduct(place);
  const { tokens } = product.manifest.stages[0];
  const rate = (ms) => `${(ms / 1000).toFixed(1).padStart(7)} s ${(bytes / 1000 / ms).toFixed(1).padStart(7)} MB/s ${Math.round((documents * 1000) / ms).toString().padStart(7)} documents/s`;
  console.log(`\n${(bytes / 1e6).toFixed(0)} MB, ${documents} documents, ${tokens} tokens are left`);
  for (const [step, ms] of Object.entries(steps)) console.log(`  ${step.padEnd(10)} ${rate(ms)}${step === 'Encoding' ? ` ${Math.round((tokens * 1000) / ms)} tokens/s` : ''}`);
  console.log(`  peak memory ${(peakBytes / 1e6).toFixed(0)} MB`);
  const verdict = judge(place, product);
  console.log(`  near-duplicates: recall ${verdict.recall.toFixed(4)} of ${verdict.nearPairs} pairs at Jaccard .85, precision ${verdict.precision.toFixed(4)} of ${verdict.dropped} dropped`);
  console.log(`  exact duplicates: recall ${verdict.exactRecall.toFixed(4)}; contaminated documents: recall ${verdict.contaminatedRecall.toFixed(4)}`);
  if (values['no-peers']) return;
  const work = path.join(folder, 'peers');
  fs.rmSync(work, { recursive: true, force: true });
  const python = process.env.PRECLINICAL_BENCH_PYTHON ?? pythonEnvironment({ lock: path.join(here, 'requirements.lock'), name: 'bench-data', imports: ['datatrove', 'tokenizers'] });
  const run = spawnSync(python, [path.join(here, 'peers.py'), place, work, path.join(tokenizer, 'tokenizer.json'), String(cores)], { encoding: 'utf8', env: pythonVariables(), maxBuffer: 1 << 28 });
  if (run.status !== 0) throw new Error(`peers.py ended with ${run.status}:\n${run.stderr.slice(-3000)}`);
  const peers = JSON.parse(run.stdout.trim().split('\n').at(-1));
  const theirs = Object.values(peers.datatrove).reduce((sum, seconds) => sum + seconds, 0);
  const ours = ((steps.Reading ?? 0) + (steps.Comparing ?? 0)) / 1000;
  console.log(`\ndatatrove: ${Object.entries(peers.datatrove).map(([step, seconds]) => `${step} ${seconds.toFixed(1)} s`).join(', ')}; ${(bytes / 1e6 / theirs).toFixed(2)} MB/s, ${peers.kept} documents kept, peak ${(peers.peakBytes / 1e6).toFixed(0)} MB`);
  console.log(`parse, filter, deduplicate: ${(theirs / ours).toFixed(1)} times datatrove's throughput`);
  const { seconds, tokens: rustTokens, bytes: rustBytes } = peers.tokenizers;
  const ourRate = (tokens * 1000) / steps.Encoding;
  console.log(`tokenizers encode_batch: ${Math.round(rustTokens / seconds)} tokens/s, ${(rustBytes / 1e6 / seconds).toFixed(1)} MB/s; ours ${Math.round(ourRate)} tokens/s, ${(ourRate / (rustTokens / seconds)).toFixed(2)} of it`);
}
