// Snapshots of made-up runs for tests of the curves panel.
import { packRuns } from '../../src/protocol/panels/curves-block';
import type { CurveRun, CurveSeries, CurvesTexts } from '../../src/protocol/panels/curves';

export const texts: CurvesTexts = {
  states: { created: 'created', queued: 'queued', running: 'running', paused: 'paused', stopped: 'stopped', done: 'done', failed: 'failed', lost: 'lost', missing: 'missing' },
  titles: { 'train/loss': 'Training loss', 'train/learningRate': 'Learning rate' }, heldoutLoss: 'Held-out loss: {0}', heldoutDomainLoss: 'Held-out loss of all: {0}', heldoutDomainBitsPerByte: 'Bits of all: {0}', heldoutBitsPerByte: 'Held-out bits per byte: {0}',
  xAxis: 'X axis', tokens: 'Tokens', steps: 'Steps', time: 'Training time', logarithmic: 'Log y axis', smoothing: 'Smoothing', smoothingHelp: 'formula',
  chooseRuns: 'Choose Runs', resetZoom: 'Reset Zoom', showTable: 'Table', showChart: 'Chart', runs: 'Runs', run: 'Run', noRuns: 'No runs.', noMetrics: 'Nothing yet.', chartKeys: 'Keys.', raw: 'measured',
  signatures: {
    'non-finite': 'Loss is no number', 'loss-spike': 'Loss spike', 'divergence': 'Divergence', 'rewarming-bump': 'Re-warming, expected', 'overfitting': 'Overfitting',
    'forgetting': 'Forgetting', 'router-collapse': 'Router collapse', 'stalled-data': 'Stalled data',
  },
  findings: 'Findings', finding: '{0} at step {1} of {2}: {3}.', findingDocuments: 'Documents of its batch: {0}.', findingDocumentsOfUpdates: 'Documents of updates {0} to {1}: {2}.',
};

export function series(length: number, value: (step: number) => number): CurveSeries {
  const steps = Float64Array.from({ length }, (_, i) => i + 1);
  return { step: steps, tokens: steps.map((step) => step * 100), elapsedMs: steps.map((step) => step * 50), y: steps.map(value) };
}

export function madeUpRun(place: number, name: string, length = 1000): CurveRun {
  const wave = (step: number): number => 0.15 * Math.sin(step * 12.9898 + place);
  return {
    id: `20260102-030405-run-${String(place).padStart(4, '0')}`, name, state: 'running', signatures: [],
    series: {
      'train/loss': series(length, (step) => 6 / (1 + step / (300 + 60 * place)) + wave(step)),
      'heldout/clinical/loss': series(6, (step) => 6 - step / 3 - place / 10),
      'train/learningRate': series(length, (step) => 1e-3 * (1 - step / (length + 1))),
    },
  };
}

/** The message as a script that posts it, since numbers travel as a typed array. */
export function posting(runs: readonly CurveRun[]): string {
  const { block, ...packed } = packRuns(runs);
  return `window.postMessage({ ...${JSON.stringify({ type: 'snapshot', runs: packed.runs, texts })}, block: Float64Array.from(${JSON.stringify([...block])}) })`;
}
