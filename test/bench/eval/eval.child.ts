// Scoring of tasks beside lm-evaluation-harness's hf class: same checkpoint, requests, batch and threads, in one run.
//   npm run bench:eval [-- 1M 5M 30M]
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { loadTask, prepareItems } from '../../../src/engine/evaluate';
import { createLikelihoodModel, openCheckpoint, type LikelihoodRequest } from '../../../src/engine/inference';
import { fixtures, shippedTask, temporaryFolder, write } from '../../unit/engine/evaluate/task-files';
import { benchCheckpoint, chosenSizes } from '../checkpoints';
import { leastTimes, machineLine, ratios, type Times } from '../machine';
import { runPeer } from '../python';

const batchSize = 8;
const repeats = 2;

/** Questions of tests, real ones where they are (PRECLINICAL_TEST_DATA), as lines of JSON. */
function questionLines(real: string, made: string): string[] {
  const data = process.env['PRECLINICAL_TEST_DATA'];
  const file = data === undefined ? '' : path.join(data, 'qa', real);
  return readFileSync(existsSync(file) ? file : path.join(fixtures, 'questions', made), 'utf8').trim().split('\n');
}

/** MMLU's fields, of a sample whose options are lettered too. */
function mmluLine(line: string): string {
  const { question, options, answer_idx: letter, ...rest } = JSON.parse(line) as { question: string; options?: Readonly<Record<string, string>>; answer_idx?: string };
  if (options === undefined) return line;
  return JSON.stringify({ ...rest, question, choices: Object.values(options), answer: Object.keys(options).indexOf(letter ?? '') });
}

async function makeRequests(folder: string): Promise<Readonly<Record<string, readonly LikelihoodRequest[]>>> {
  const file = (name: string, lines: readonly string[]): string => write(folder, name, `${lines.join('\n')}\n`);
  const medqa = file('medqa.jsonl', questionLines('medqa.sample50.jsonl', 'medqa.jsonl'));
  const subject = questionLines('mmlu.sample50.jsonl', 'mmlu.jsonl').map(mmluLine);
  const [test, dev] = subject.length > 10 ? [subject.slice(5), subject.slice(0, 5)] : [subject, questionLines('', 'mmlu-dev.jsonl')];
  const requestsOf = async (name: string, files: Readonly<Record<string, string>>, shots: number): Promise<LikelihoodRequest[]> => {
    const task = await loadTask(shippedTask(folder, name, files));
    return (await prepareItems(task, undefined, { fewshotCount: shots })).items.flatMap(({ context, continuations }) => continuations.map((continuation) => ({ context, continuation })));
  };
  return {
    'MedQA, options as texts, zero-shot': await requestsOf('medqa_text', { test: medqa }, 0),
    'MedQA, options as letters, zero-shot': await requestsOf('medqa_4options', { test: medqa }, 0),
    [`MMLU, ${Math.min(5, dev.length)} shots (first_n)`]: await requestsOf('mmlu', { test: file('test.jsonl', test), dev: file('dev.jsonl', dev) }, Math.min(5, dev.length)),
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
