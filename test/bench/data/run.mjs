// How fast a mix is built, in how much memory and how well duplicates are found, beside datatrove and the Rust tokenizers library
// on the same files in the same run.
//   npm run bench:data -- [--megabytes 100] [--memory 1000,3000] [--words 80,900] [--no-peers] [--folder DIR]
// --memory builds corpora of these sizes without peers and tells the peak of each; --words are the least and most of a document. The environment of the peers is made once from
// test/reference/datatrove.lock; nothing of this is part of a test.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { pythonEnvironment, pythonVariables } from '../../rig/python-environment.mjs';
import { buildOnce, forgetEncoded, judge, readProduct, writeMix } from './build.mjs';
import { makeCorpus } from './corpus.mjs';

const here = path.dirname(fileURLToPath(import.meta.url));
const root = path.resolve(here, '../../..');
const { values } = parseArgs({ options: {
  'megabytes': { type: 'string', default: '100' }, 'memory': { type: 'string' }, 'no-peers': { type: 'boolean', default: false }, 'folder': { type: 'string' }, 'words': { type: 'string', default: '80,900' },
} });
const folder = values.folder ?? fs.mkdtempSync(path.join(os.tmpdir(), 'preclinical-bench-'));
const tokenizer = path.join(root, 'media/sample/model');
const cores = os.availableParallelism();
const words = values.words.split(',').map(Number);

console.log(`${os.cpus()[0]?.model ?? 'unknown processor'}, ${cores} cores, Node ${process.version}, load ${os.loadavg()[0].toFixed(1)}`);
if (values.memory) for (const megabytes of values.memory.split(',')) await memoryOf(Number(megabytes));
else await compare(Number(values.megabytes));
if (!values.folder) fs.rmSync(folder, { recursive: true });

function corpus(megabytes) {
  const place = path.join(folder, `corpus-${megabytes}-${words.join('-')}`);
  const facts = path.join(place, 'facts.json');
  if (!fs.existsSync(facts)) {
    const made = makeCorpus(place, { megabytes, words });
    fs.writeFileSync(facts, JSON.stringify(made));
  }
  writeMix(place, tokenizer);
  fs.rmSync(path.join(place, '.preclinical'), { recursive: true, force: true });
  return { place, ...JSON.parse(fs.readFileSync(facts, 'utf8')) };
}

async function memoryOf(megabytes) {
  const { place, bytes, documents } = corpus(megabytes);
  const { peakBytes, peakByStep, totalMs } = await buildOnce(root, place);
  const bySteps = Object.entries(peakByStep).map(([step, peak]) => `${step} ${(peak / 1e6).toFixed(0)}`).join(', ');
  console.log(`${(bytes / 1e6).toFixed(0)} MB of text, ${documents} documents: peak ${(peakBytes / 1e6).toFixed(0)} MB (${bySteps}), ${(totalMs / 1000).toFixed(0)} s, load ${os.loadavg()[0].toFixed(1)}`);
  fs.rmSync(path.join(place, '.preclinical'), { recursive: true, force: true });
}

async function compare(megabytes) {
  const { place, bytes, documents } = corpus(megabytes);
  const { steps, processorMs, peakBytes } = await buildOnce(root, place);
  const product = readProduct(place);
  const { tokens } = product.manifest.stages[0];
  const rate = (ms) => `${(ms / 1000).toFixed(1).padStart(7)} s ${(bytes / 1000 / ms).toFixed(1).padStart(7)} MB/s ${Math.round((documents * 1000) / ms).toString().padStart(7)} documents/s`;
  console.log(`\n${(bytes / 1e6).toFixed(0)} MB, ${documents} documents, ${tokens} tokens are left`);
  for (const [step, ms] of Object.entries(steps)) console.log(`  ${step.padEnd(10)} ${rate(ms)} ${seconds(processorMs[step])} of processor time${step === 'Encoding' ? ` ${Math.round((tokens * 1000) / ms)} tokens/s` : ''}`);
  console.log(`  peak memory ${(peakBytes / 1e6).toFixed(0)} MB`);
  const verdict = judge(place, product);
  console.log(`  near-duplicates: recall ${verdict.recall.toFixed(4)} of ${verdict.nearPairs} pairs at Jaccard .85, precision ${verdict.precision.toFixed(4)} of ${verdict.dropped} dropped`);
  console.log(`  exact duplicates: recall ${verdict.exactRecall.toFixed(4)}; contaminated documents: recall ${verdict.contaminatedRecall.toFixed(4)}`);
  if (values['no-peers']) return;
  forgetEncoded(place);
  const native = await buildOnce(root, place, { parts: installTokenizers() });
  if (readProduct(place).manifest.stages[0].tokens !== tokens) throw new Error('the tokenizers part gave another number of tokens');
  const peers = runPeers(place);
  const theirs = { seconds: sum(peers.datatrove), processor: sum(peers.processor) };
  const ours = { seconds: (steps.Reading + (steps.Comparing ?? 0)) / 1000, processor: (processorMs.Reading + (processorMs.Comparing ?? 0)) / 1000 };
  console.log(`\ndatatrove: ${Object.entries(peers.datatrove).map(([step, taken]) => `${step} ${taken.toFixed(1)} s`).join(', ')}; ${(bytes / 1e6 / theirs.seconds).toFixed(2)} MB/s, ${theirs.processor.toFixed(0)} s of processor time, ${peers.kept} documents kept, peak ${(peers.peakBytes / 1e6).toFixed(0)} MB`);
  console.log(`parse, filter, deduplicate: ${(theirs.seconds / ours.seconds).toFixed(1)} times datatrove's throughput, ${(theirs.processor / ours.processor).toFixed(1)} times per second of processor time`);
  // Documents that are left are a part of the corpus, so rates are compared by tokens.
  const rust = peers.tokenizers;
  console.log(`tokenizers encode_batch: ${Math.round(rust.tokens / rust.seconds)} tokens/s, ${Math.round(rust.tokens / rust.processor)} per second of processor time`);
  for (const [name, ms, used] of [['JavaScript', steps.Encoding, processorMs.Encoding], ['the tokenizers part', native.steps.Encoding, native.processorMs.Encoding]]) {
    const [clock, processor] = [(tokens * 1000) / ms, (tokens * 1000) / used];
    console.log(`  ${name}: ${Math.round(clock)} tokens/s, ${(clock / (rust.tokens / rust.seconds)).toFixed(2)} of it; ${Math.round(processor)} per second of processor time, ${(processor / (rust.tokens / rust.processor)).toFixed(2)} of it`);
  }
}

function runPeers(place) {
  const work = path.join(folder, 'peers');
  fs.rmSync(work, { recursive: true, force: true });
  const python = process.env.PRECLINICAL_BENCH_PYTHON ?? pythonEnvironment({ lock: path.join(root, 'test/reference/datatrove.lock'), name: 'datatrove', imports: ['datatrove', 'spacy', 'tokenizers'] });
  const run = spawnSync(python, [path.join(here, 'peers.py'), place, work, path.join(tokenizer, 'tokenizer.json'), String(cores)], { encoding: 'utf8', env: pythonVariables(), maxBuffer: 1 << 28 });
  if (run.status !== 0) throw new Error(`peers.py ended with ${run.status}:\n${run.stderr.slice(-3000)}`);
  return JSON.parse(run.stdout.trim().split('\n').at(-1));
}

/** Into the user's cache, once, by the program itself. */
function installTokenizers() {
  const parts = process.env.PRECLINICAL_PARTS ?? path.join(process.env.XDG_CACHE_HOME || path.join(os.homedir(), '.cache'), 'preclinical', 'parts');
  const { status, stdout, stderr } = spawnSync(process.execPath, [path.join(root, 'dist/engine/cli.mjs'), 'doctor', '--install', 'tokenizers'], { encoding: 'utf8', env: { ...process.env, PRECLINICAL_PARTS: parts } });
  if (status !== 0) throw new Error(`doctor --install tokenizers ended with ${status}:\n${stdout}\n${stderr}`);
  return parts;
}

function sum(byName) {
  return Object.values(byName).reduce((total, one) => total + one, 0);
}

function seconds(ms = 0) {
  return `${(ms / 1000).toFixed(1)} s`;
}
