// The numbers of docs/scaling.md are those the estimator gives for the run files beside it, and what is called the paper's
// there is what the paper states.
import assert from 'node:assert/strict';
import { readFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { formatBytes } from '../../../src/base/text/bytes';
import type { RunEstimate } from '../../../src/protocol/estimate';
import { estimateRun } from '../../../src/engine/jobs/estimate/run';


const root = process.env['PRECLINICAL_ROOT'] ?? process.cwd();
const projectFile = (...parts: string[]): string => path.join(root, ...parts);
const models = ['mistral-7b', 'mixtral-8x7b'];
const readings = ['250b-in-all', '250b-a-pass'];
const billions = (count: number): string => `${Number((count / 1e9).toPrecision(4))} B`;
const days = (hours: number): string => `${(hours / 24).toFixed(1)} days`;

function rowsOf(name: string, { parameters, memory, steps = 0, tokens = 0, scaleout }: RunEstimate): string[] {
  const { flops = 0, gpuHours = 0, hours = 0, nodes, processes, choices } = scaleout!;
  return [
    `| ${name} | ${billions(parameters)} | ${nodes} × ${processes / nodes} | ${billions(tokens)} | ${steps} | ${flops.toExponential(2)} | ${Math.round(gpuHours)} | ${days(hours)} |`,
    `| ${name.slice(0, name.indexOf('-250b'))} | ${formatBytes(memory.weightBytes)} | ${formatBytes(memory.gradientBytes)} | ${formatBytes(memory.momentBytes)} | ${formatBytes(scaleout!.workingBytes)} | ${formatBytes(memory.activationBytes)} | ${formatBytes(memory.peakBytes)} |`,
    `| ${name.slice(0, name.indexOf('-250b'))} | ${choices.map(({ peakBytes, fits }) => `${formatBytes(peakBytes)}${fits ? '' : ' ✗'}`).join(' | ')} |`,
  ];
}

describe('docs/scaling.md', () => {
  let workspace: string;
  before(() => { workspace = mkdtempSync(path.join(tmpdir(), 'scaling-')); });
  after(() => { rmSync(workspace, { recursive: true }); });

  it('has the memory, nodes, tokens and time the estimator gives for its run files', async () => {
    const page = readFileSync(projectFile('docs', 'scaling.md'), 'utf8');
    const missing: string[] = [];
    for (const name of models.flatMap((model) => readings.map((reading) => `${model}-${reading}`))) {
      const { estimate } = await estimateRun(workspace, projectFile('docs', 'scaling', `${name}.run.yaml`), { calibration: 'cached' });
      const checkpoint = `${formatBytes(estimate.disk.checkpointBytes)} of ${name.slice(0, name.indexOf('-250b'))}`;
      missing.push(...[...rowsOf(name, estimate), checkpoint].filter((row) => !page.includes(row)));
      assert.ok(estimate.fits && estimate.mix.missing);
      assert.equal(estimate.tokens, name.endsWith('in-all') ? 250e9 : 1000e9);
    }
    assert.deepEqual(missing, []);
  });

  it('calls no value the paper\'s but those the paper states', () => {
    const stated: Record<string, string> = { epochs: '4', warmupFraction: '0.01', clinical: '{ tokens: 50000000000 }' };
    const said = [...models.flatMap((model) => readings.map((reading) => `${model}-${reading}.run.yaml`)), ...readings.map((reading) => `blend-${reading}.mix.yaml`)]
      .flatMap((file) => readFileSync(projectFile('docs', 'scaling', file), 'utf8').split('\n')).filter((line) => line.includes('# the paper\'s'));
    for (const line of said) {
      const [, key = '', value = ''] = /^\s*(\w+): (.*?)\s+# /.exec(line) ?? [];
      assert.equal(value, stated[key], line);
    }
    assert.equal(said.length, 4 * 2 + 2);
  });
});
