// A workspace with a tokenizer, two mixes (text and instructions) and run files, for tests that start training jobs.
import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { RandomStream } from '../../../src/base/math/random';
import type { JobEvent } from '../../../src/protocol/events';
import type { RequestKind } from '../../../src/protocol/requests';
import { buildMix, planMix } from '../../../src/engine/data';
import { prepareTrain } from '../../../src/engine/jobs/prepare/train';
import { saveTokenizer, simpleChatTemplate, simpleChatTokens, trainByteLevelBpe } from '../../../src/engine/tokenizer';
import { createJob } from '../../../src/runs/create';
import { requestJob } from '../../../src/runs/requests';

const words = 'the patient was given a low dose of warm tea and slept until morning when fever fell again'.split(' ');

function sentences(seed: number, count: number): string[] {
  const stream = RandomStream.of(seed, 'sentences');
  return Array.from({ length: count }, () => `${Array.from({ length: 6 + stream.integer(12) }, () => stream.pick(words)).join(' ')}.`);
}

const optimiser = 'optimiser: { learningRate: 0.003 }';
const shape = 'new: { hiddenSize: 64, intermediateSize: 128, layers: 2, heads: 4, keyValueHeads: 2, maxPositions: 64 }';

const finetuneOf = (name: string): string => `name: ${name}
stage: finetune
base: base
data: chat.mix.yaml
batchSize: 4
epochs: 2
${optimiser}
`;

const files: Readonly<Record<string, string>> = {
  'text.mix.yaml': `name: text
tokenizer: tokenizer
sequenceLength: 48
sources:
  notes: { path: notes.txt, format: lines, domain: clinical, egress: never }
heldOut:
  clinical: { source: notes, fraction: 0.1 }
stages:
  - name: only
    sources: { notes: { epochs: 1 } }
`,
  'chat.mix.yaml': `name: chat
tokenizer: tokenizer
sequenceLength: 64
sources:
  talks: { path: talks.jsonl, format: chat, domain: clinical }
stages:
  - name: only
    sources: { talks: { epochs: 1 } }
`,
  'pretrain.run.yaml': `name: pretrain
stage: pretrain
base: { ${shape} }
data: text.mix.yaml
backend: wasm
batchSize: 8
accumulationSteps: 2
steps: 120
${optimiser}
schedule: { kind: cosine, warmupFraction: 0.1 }
checkpoints: { everySteps: 40, keep: 2 }
heldOut: { everySteps: 60 }
`,
  'finetune.run.yaml': `${finetuneOf('finetune')}neftune: { alpha: 5 }\n`,
  'plain.run.yaml': finetuneOf('plain'),
};

/** Makes the workspace with both mixes built. The caller removes the folder. */
export async function makeTrainWorkspace(): Promise<string> {
  const root = await mkdtemp(path.join(os.tmpdir(), 'preclinical-train-'));
  for (const [name, text] of Object.entries(files)) await writeFile(path.join(root, name), text);
  await writeFile(path.join(root, 'notes.txt'), sentences(1, 400).join('\n'));
  const talk = (content: string, i: number): string => JSON.stringify({
    messages: [{ role: 'user', content: `What of ${words[i % words.length]!}?` }, { role: 'assistant', content: content.slice(0, 60) }],
  });
  await writeFile(path.join(root, 'talks.jsonl'), sentences(2, 60).map(talk).join('\n'));
  await mkdir(path.join(root, 'tokenizer'));
  await saveTokenizer(trainByteLevelBpe(sentences(3, 50), {
    vocabularySize: 320, specialTokens: { end: '<|end|>', additional: simpleChatTokens }, chatTemplate: simpleChatTemplate,
  }), path.join(root, 'tokenizer'));
  for (const name of ['text', 'chat']) await buildMix(await planMix(path.join(root, `${name}.mix.yaml`), root), {});
  return root;
}

/** Makes the job of a run file, with the values that replace its own. */
export async function createTrainJob(root: string, name: string, overrides: Readonly<Record<string, unknown>> = {}, base?: string): Promise<string> {
  const { job } = await prepareTrain(root, path.join(root, `${name}.run.yaml`), { overrides, ...(base === undefined ? {} : { base: { checkpoint: base } }) });
  return (await createJob(root, job)).folder;
}

/** Asks once, at the first event that matches. */
export function askAt(folder: string, kind: RequestKind, when: (event: JobEvent) => boolean): (event: JobEvent) => Promise<void> {
  let asked = false;
  return async (event) => {
    if (asked || !when(event)) return;
    asked = true;
    await requestJob(folder, kind);
  };
}
