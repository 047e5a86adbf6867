// What another engine's Trainer feeds to its model, beside what the embedded engine feeds to its own: four forms of instruction
// data, token by token. The Trainer's own processes write it down (test/fixtures/scaleout/recorder).
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseRun } from '../../src/documents/run/parse';
import { buildMix, planMix, readManifest } from '../../src/engine/data';
import { planData } from '../../src/engine/jobs/train/data';
import { packageRoot } from '../../src/engine/parts/assets';
import { loadTokenizer } from '../../src/engine/tokenizer';
import { makeBatch } from '../../src/engine/train';
import { runToEnd } from '../process/run-to-end';
import { createTrainJob } from '../process/train/workspace';

type Values = Readonly<Record<string, unknown>>;
interface FedBatch { readonly input_ids: readonly (readonly number[])[]; readonly position_ids: readonly (readonly number[])[]; readonly labels: readonly (readonly number[])[] }

/** A token as a model sees it, and whether it is learnt to say. */
export interface FedToken { readonly id: number; readonly position: number; readonly isLearnt: boolean }

const user = (content: string): object => ({ role: 'user', content });
const assistant = (content: string): object => ({ role: 'assistant', content });
const sources: Readonly<Record<string, readonly object[]>> = {
  chat: [
    { messages: [user('dose?'), assistant('low.')] },
    { messages: [{ role: 'system', content: 'Be brief.' }, user('tea?'), assistant('warm.'), user('then?'), assistant('sleep.')] },
  ],
  sharegpt: [
    { conversations: [{ from: 'human', value: 'How long?' }, { from: 'gpt', value: 'a night.' }] },
    { system: 'Be kind.', conversations: [{ from: 'human', value: 'fever?' }, { from: 'gpt', value: 'fell again.' }] },
  ],
  alpaca: [
    { instruction: 'Name it.', input: 'It is warm.', output: 'tea.' },
    { instruction: 'Say when.', input: '', output: 'morning.' },
  ],
  'prompt-completion': [
    { prompt: 'The patient was given', completion: ' a low dose.' },
    { prompt: [user('And tea?')], completion: [assistant('until morning.')] },
  ],
};

/** Adds the mix and the run `forms` to a workspace; its base is new, so that nothing has to be trained before. */
export async function addForms(root: string): Promise<void> {
  for (const [format, records] of Object.entries(sources)) writeFileSync(path.join(root, `${format}.jsonl`), records.map((record) => JSON.stringify(record)).join('\n'));
  const [declared, taken] = [(name: string) => `  ${name}: { path: ${name}.jsonl, format: ${name}, domain: clinical }`, (name: string) => `      ${name}: { epochs: 1 }`]
    .map((line) => Object.keys(sources).map(line).join('\n'));
  writeFileSync(path.join(root, 'forms.mix.yaml'), `name: forms\ntokenizer: tokenizer\nsequenceLength: 128\nsources:\n${declared}\nstages:\n  - name: only\n    sources:\n${taken}\n`);
  writeFileSync(path.join(root, 'forms.run.yaml'), `name: forms
stage: finetune
base: { new: { hiddenSize: 64, intermediateSize: 128, layers: 1, heads: 4, keyValueHeads: 2, maxPositions: 128 } }
data: forms.mix.yaml
batchSize: 4
accumulationSteps: 2
epochs: 2
optimiser: { learningRate: 0.001 }
`);
  await buildMix(await planMix(path.join(root, 'forms.mix.yaml'), root), {});
}

/** The rows of a run in the order they are learnt, padding left out: those of the embedded engine and those the other one's processes were fed. */
export async function feedBoth(root: string, values: Values, elsewhere: Values): Promise<{ readonly ours: FedToken[][]; readonly theirs: FedToken[][] }> {
  const folder = mkdtempSync(path.join(root, 'fed-'));
  const recorder = path.join(packageRoot, 'test', 'fixtures', 'scaleout', 'recorder');
  const prologue = [`export PYTHONPATH="${recorder}:\${PYTHONPATH:-}" PRECLINICAL_FED='${folder}/fed'`];
  const job = await createTrainJob(root, 'forms', { ...values, ...elsewhere, 'scaleout.processes': 2, 'scaleout.prologue': prologue });
  const { state } = await runToEnd(job);
  assert.equal(state.state, 'done', state.reason);
  const [first, second] = [0, 1].map((rank) => readFileSync(path.join(folder, `fed.${rank}`), 'utf8').trimEnd().split('\n').map((line) => JSON.parse(line) as FedBatch));
  // A micro-batch goes to the first process, the next to the second; rows that fill an update teach nothing.
  const theirs = first!.flatMap((batch, i) => [...rowsOf(batch), ...rowsOf(second![i]!)]).filter((row) => row.length > 0);
  return { ours: await rowsHere(root, values), theirs };
}

/** What is padded bears no loss and comes last; a row ends with its last learnt token here, since answers end them. */
function rowsOf({ input_ids, position_ids, labels }: FedBatch): FedToken[][] {
  return input_ids.map((ids, row) => {
    const tokens = ids.map((id, place) => {
      const label = labels[row]![place]!;
      assert.ok(label === -100 || label === id, 'a label is the very token it stands at');
      return { id, position: position_ids[row]![place]!, isLearnt: label !== -100 };
    });
    return tokens.slice(0, tokens.findLastIndex(({ isLearnt }) => isLearnt) + 1);
  });
}

/** As this engine's training loop makes its batches: a target stands one place before its token. */
async function rowsHere(root: string, values: Values): Promise<FedToken[][]> {
  const file = path.join(root, 'forms.run.yaml');
  const run = parseRun(readFileSync(file, 'utf8'), 'forms.run.yaml', { overrides: values }).document!;
  const { folder } = await planMix(path.join(root, 'forms.mix.yaml'), root);
  const manifest = await readManifest(folder);
  const plan = await planData(run, manifest, folder);
  return Array.from({ length: plan.totalSteps }, (_, step) => plan.microBatches(step).flat().map((reference) => {
    const { rows, targets_N } = makeBatch([reference], { padId: 0, maximumLength: manifest.sequenceLength });
    const length = reference.of.lengths[reference.row]!;
    const ids = [...rows.ids_N.subarray(0, length), targets_N[length - 1]!];
    return ids.map((id, place) => ({ id, position: place < length ? rows.positions_N[place]! : rows.positions_N[length - 1]! + 1, isLearnt: place > 0 && targets_N[place - 1]! >= 0 }));
  })).flat();
}

/** As text, with what is learnt between ⟦ and ⟧. */
export async function shown(root: string, row: readonly FedToken[]): Promise<string> {
  const tokenizer = await loadTokenizer(path.join(root, 'tokenizer'));
  const all = { keepSpecialTokens: true };
  const runs: { isLearnt: boolean; ids: number[] }[] = [];
  for (const { id, isLearnt } of row) {
    if (runs.at(-1)?.isLearnt === isLearnt) runs.at(-1)!.ids.push(id);
    else runs.push({ isLearnt, ids: [id] });
  }
  return runs.map(({ isLearnt, ids }) => (isLearnt ? `⟦${tokenizer.decode(ids, all)}⟧` : tokenizer.decode(ids, all))).join('');
}

/** Every record as a row, in the tokenizer's template: what is answered, with its end, is learnt and nothing else. */
export const learnt: readonly string[] = [
  '<|user|>\ndose?<|end|>\n<|assistant|>\n⟦low.<|end|>⟧',
  '<|system|>\nBe brief.<|end|>\n<|user|>\ntea?<|end|>\n<|assistant|>\n⟦warm.<|end|>⟧<|user|>\nthen?<|end|>\n<|assistant|>\n⟦sleep.<|end|>⟧',
  '<|user|>\nHow long?<|end|>\n<|assistant|>\n⟦a night.<|end|>⟧',
  '<|system|>\nBe kind.<|end|>\n<|user|>\nfever?<|end|>\n<|assistant|>\n⟦fell again.<|end|>⟧',
  '<|user|>\nName it.\nIt is warm.<|end|>\n<|assistant|>\n⟦tea.<|end|>⟧',
  '<|user|>\nSay when.<|end|>\n<|assistant|>\n⟦morning.<|end|>⟧',
  '<|user|>\nThe patient was given<|end|>\n<|assistant|>\n⟦ a low dose.<|end|>⟧',
  '<|user|>\nAnd tea?<|end|>\n<|assistant|>\n⟦until morning.<|end|>⟧',
];
