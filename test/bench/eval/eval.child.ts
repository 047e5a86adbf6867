// Scoring of tasks beside lm-evaluation-harness's hf class: same checkpoint, requests, batch and threads, in one run.
//   npm run bench:eval [-- 1M 5M 30M]
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { loadTask, prepareItems } from '../../../src/engine/evaluate';
import { createLikelihoodModel, openCheckpoint, type LikelihoodRequest } from '../../../src/engine/inference';
import { fixtures, shippedTask, temporaryFolder } from '../../unit/engine/evaluate/task-files';
import { benchCheckpoint, chosenSizes } from '../checkpoints';
import { leastTimes, machineLine, ratios, type Times } from '../machine';
import { runPeer } from '../python';

const batchSize = 8;
const repeats = 2;

/** Real questions where they are (PRECLINICAL_TEST_DATA), else the seven of the tests. */
function questionFile(folder: string): string {
  const data = process.env['PRECLINICAL_TEST_DATA'];
  const real = data === undefined ? '' : path.join(data, 'qa', 'medqa.sample50.jsonl');
  const from = existsSync(real) ? real : path.join(fixtures, 'questions', 'medqa.jsonl');
  const file = path.join(folder, 'medqa.jsonl');
  writeFileSync(file, readFileSync(from));
  return file;
}

async function makeRequests(folder: string): Promise<Readonly<Record<string, readonly LikelihoodRequest[]>>> {
  const medqa = questionFile(folder);
  const requestsOf = async (name: string, files: Readonly<Record<string, string>>, overrides: Readonly<Record<string, unknown>>): Promise<LikelihoodRequest[]> => {
    const task = await loadTask(shippedTask(folder, name, files, overrides));
    return (await prepareItems(task, undefined, {})).items.flatMap(({ context, continuations }) => continuations.map((continuation) => ({ context, continuation })));
  };
  return {
    'MedQA, options as texts, zero-shot': await requestsOf('medqa_text', { test: medqa }, {}),
    'MedQA, options as letters, zero-shot': await requestsOf('medqa_4options', { test: medqa }, {}),
    'MedQA, letters, 5 shots (first_n)': await requestsOf('medqa_letters', { test: medqa }, { num_fewshot: 5, fewshot_split: 'test', fewshot_config: { sampler: 'first_n' } }),
  };
}

interface PeerResult extends Times { readonly logLikelihoods: readonly number[] }

const { folder, remove } = temporaryFolder();
try {
  const requests = await makeRequests(folder);
  const requestsFile = path.join(folder, 'requests.json');
  writeFileSync(requestsFile, JSON.stringify(Object.fromEntries(Object.entries(requests).map(([name, list]) => [name, list.map(({ context, continuation }) => [context, continuation])]))));
  for (const size of chosenSizes()) {
    const made = await benchCheckpoint(size);
    const checkpoint = await openCheckpoint(made.folder);
    const { threads } = checkpoint.backend;
    console.log(`\n${size}: ${(checkpoint.model.parameterCount / 1e6).toFixed(2)} M parameters; ${machineLine(threads)}; batch ${batchSize}`);
    const peer = await runPeer('eval/harness_time.py', made.folder, requestsFile, String(batchSize), String(threads), String(repeats)) as Readonly<Record<string, PeerResult>>;
    for (const [name, list] of Object.entries(requests)) {
      let results = await createLikelihoodModel(checkpoint).logLikelihood(list);
      const times = await leastTimes(repeats, async () => { results = await createLikelihoodModel(checkpoint).logLikelihood(list); });
      const theirs = peer[name]!;
      const largest = Math.max(...results.map(({ logLikelihood }, index) => Math.abs(logLikelihood - theirs.logLikelihoods[index]!)));
      console.log(`  ${name.padEnd(38)} ${String(list.length).padStart(4)} options: preclinical ${times.wallMs.toFixed(0).padStart(6)} ms, hf class ${theirs.wallMs.toFixed(0).padStart(6)} ms, ratio ${ratios(theirs, times)}; largest difference ${largest.toExponential(1)} nats`);
    }
    checkpoint.model.dispose();
    made.remove();
  }
} finally {
  remove();
}
