// Makes media/sample/model, the model that is shipped: `npm run sample:model`. It writes the sample workspace into a
// temporary folder, runs the three runs of the sample study that lead to its clinical-instruct cell, with the study's
// own files and seeds, exports the last checkpoint as bf16, and writes the model card from what it did. A few minutes
// on one core; on the wasm backend the same bytes come out each time. With the folder of a sample workspace whose study
// is done (`npm run sample:model -- FOLDER`) the checkpoint is taken from there.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

const packageRoot = path.resolve(import.meta.dirname, '..', '..');
const target = path.join(packageRoot, 'media', 'sample', 'model');
const workspaceSeed = 1;
const trainingSeed = 1;

const done = process.argv[2];
const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'preclinical-sample-model-'));
const root = done === undefined ? scratch : path.resolve(done);
process.once('exit', () => { fs.rmSync(scratch, { recursive: true, force: true }); });
const cli = (args, stdio = 'inherit') => execFileSync(process.execPath, [path.join(packageRoot, 'dist', 'engine', 'cli.mjs'), '--root', root, ...args], { cwd: root, encoding: 'utf8', stdio });

const study = `kind: study
name: shipped-model
primaryMetric: { task: facts-text, metric: acc_norm }
parallel: 1
steps:
  base: { run: runs/base.run.yaml, seed: ${trainingSeed} }
  clinical: { run: runs/cpt-clinical.run.yaml, base: base, seed: ${trainingSeed} }
  clinical-instruct: { run: runs/instruct.run.yaml, base: clinical, seed: ${trainingSeed} }
  evaluate-clinical-instruct: { of: clinical-instruct, evaluate: { tasks: [tasks/facts-text.yaml] } }
`;

if (done === undefined) {
  cli(['sample', root, '--seed', String(workspaceSeed)]);
  fs.writeFileSync(path.join(root, 'shipped.study.yaml'), study);
  cli(['study', path.join(root, 'shipped.study.yaml')]);
}

const jobs = JSON.parse(cli(['runs', '--json'], ['ignore', 'pipe', 'inherit']));
const instruct = jobs.find((job) => job.kind === 'train' && job.state === 'done' && job.name === 'clinical-instruct');
const exported = path.join(scratch, 'exported');
cli(['export', instruct.id, exported, '--dtype', 'bf16']);

const runs = path.join(root, '.preclinical', 'runs');
const results = jobs.filter((job) => job.kind === 'evaluate').map((job) => path.join(runs, job.id, 'results'))
  .flatMap((folder) => fs.readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => /results_.*\.json$/.test(file)).map((file) => path.join(folder, file)))
  .find((file) => file.includes(instruct.id));
const accuracy = (100 * JSON.parse(fs.readFileSync(results, 'utf8')).results['facts-text']['acc_norm,none']).toFixed(1);
const { version } = JSON.parse(fs.readFileSync(path.join(packageRoot, 'package.json'), 'utf8'));
const sha256 = createHash('sha256').update(fs.readFileSync(path.join(exported, 'model.safetensors'))).digest('hex');

const card = `# The sample model

The model that answers when none is chosen, so that prompts can be tried at once and without any network. A Mistral of
about a million weights (two layers, hidden size 128, context 256 tokens), made for trying this software.

**It knows no medicine.** It has read fourteen thousand short generated passages on 72 drugs and 72 conditions and answers
questions about them in a few words, not always rightly; to anything else it answers nonsense. For research on methods only,
never for the care of any person. Options of a question are not shown to it: it answers in words, not in letters.

How it was made: the \`clinical-instruct\` cell of the sample study (base on general text, continued pretraining on
clinical passages with replay, instruct fine-tuning), with the study's own run files, exported as bf16.

| | |
|---|---|
| made by | \`npm run sample:model\` (test/reference/make-sample-model.mjs), Preclinical ${version} |
| text | all generated from media/sample, hand-written for it: \`preclinical sample --seed ${workspaceSeed}\`, full scale |
| runs | base, cpt-clinical and instruct of media/sample/workspace/runs, seed ${trainingSeed} each, wasm backend, f32 |
| tested facts | ${accuracy} % right by likelihood (acc_norm of tasks/facts-text.yaml; chance is 25 %) in f32, before the export |
| weights | bf16, SHA-256 of model.safetensors \`${sha256}\` |
| restrictions | no patient data, nothing that may not leave the machine |
| licence | MIT, as this software and the text it was trained on |

The wording of the passages and the fine-tuning rate were chosen while looking at the tested questions, so the figure is
one of this material and says nothing about such training in general.
`;
fs.rmSync(target, { recursive: true, force: true });
fs.cpSync(exported, target, { recursive: true });
for (const file of fs.readdirSync(target)) fs.chmodSync(path.join(target, file), 0o644);
fs.writeFileSync(path.join(target, 'README.md'), card);
const bytes = fs.readdirSync(target).reduce((sum, file) => sum + fs.statSync(path.join(target, file)).size, 0);
console.log(`${target}: ${(bytes / 1e6).toFixed(2)} MB, ${accuracy} % of the tested facts.`);
