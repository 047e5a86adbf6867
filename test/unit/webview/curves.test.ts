// Decisions of the curves panel that need no page.
import assert from 'node:assert/strict';
import type { CurveRun, CurveSeries, CurvesTexts } from '../../../src/protocol/panels/curves';
import { chartsOf, metricsOf, tableRows, titleOf } from '../../../webview/curves/charts';
import { formatTick, formatValue, formatX } from '../../../webview/curves/format';
import { keyAction, type KeyPress } from '../../../webview/curves/keys';
import { runStyle } from '../../../webview/curves/run-style';
import { firstSettings, settingsFrom } from '../../../webview/curves/settings';

const texts = { titles: { 'train/loss': 'Training loss' }, heldoutLoss: 'Held-out loss: {0}', heldoutDomainLoss: 'Domain: {0}', heldoutDomainBitsPerByte: 'Bits of all: {0}', heldoutBitsPerByte: 'Bits: {0}' } as unknown as CurvesTexts;
const series = (step: number[], y: number[]): CurveSeries => ({
  step: Float64Array.from(step), tokens: Float64Array.from(step, (one) => one * 10), elapsedMs: Float64Array.from(step, (one) => one * 1000), y: Float64Array.from(y),
});
const run = (id: string, all: CurveRun['series']): CurveRun => ({ id, name: id, state: 'done', signatures: [], series: all });

describe('charts of a snapshot', () => {
  const one = series([1, 2], [3, 2]);
  const runs = [
    run('a', { 'train/tokensPerSecond': one, 'heldout/b/loss': one, 'train/trainedTokens': one, 'train/loss': one, 'heldout/b/bitsPerByte': one, 'neftune/noiseNorm': one }),
    run('b', { 'train/loss': series([2, 3], [5, 4]), 'heldout/a/loss': one, 'train/gradientNorm': one, 'train/learningRate': one }),
  ];

  it('stand in the order one reads them, and leave out what only counts', () => {
    assert.deepEqual(metricsOf(runs), [
      'train/loss', 'heldout/a/loss', 'heldout/b/loss', 'train/learningRate', 'train/gradientNorm', 'train/tokensPerSecond', 'heldout/b/bitsPerByte', 'neftune/noiseNorm',
    ]);
  });

  it('take a domain literally into the title', () => {
    assert.equal(titleOf('heldout/$&<b>/loss', texts), 'Held-out loss: $&<b>');
    assert.equal(titleOf('something/else', texts), 'something/else');
  });

  it('overlay the runs over the chosen axis; a hidden run is left out and the others keep their style', () => {
    const [loss] = chartsOf(runs, texts, { ...firstSettings, xAxis: 'step', hidden: ['a'] });
    assert.deepEqual(loss!.lines.map(({ id, style }) => ({ id, style })), [{ id: 'b', style: runStyle(1) }]);
    const [both] = chartsOf(runs, texts, { ...firstSettings, xAxis: 'elapsedMs' });
    assert.deepEqual([...tableRows(both!.lines)], [1000, 2000, 3000]);
  });

  it('tell 210 runs apart', () => {
    assert.equal(new Set(Array.from({ length: 210 }, (_, place) => JSON.stringify(runStyle(place)))).size, 210);
  });
});

describe('numbers of the panel', () => {
  it('are short and plain', () => {
    assert.deepEqual([1.23456, 0, 0.0005, 12345.6, 2e8, Number.NaN, -0.25].map(formatValue), ['1.235', '0', '5.00e-4', '12346', '2.00e8', 'NaN', '-0.25']);
    assert.deepEqual([formatTick(1_200_000, 'tokens'), formatTick(40_000, 'step'), formatTick(90_000, 'elapsedMs')], ['1.2M', '40k', '1 min 30 s']);
    assert.equal(formatX(1_234_567, 'tokens'), '1\u202f234\u202f567');
  });
});

describe('keys of a chart', () => {
  const press = (key: string, shiftKey = false): KeyPress => ({ key, shiftKey, ctrlKey: false, metaKey: false, altKey: false });
  const all = { from: 0, to: 100 };

  it('move the cursor within what is in sight', () => {
    assert.deepEqual(keyAction(press('ArrowRight'), { all, shown: all, cursor: 50 }), { cursor: 51 });
    assert.deepEqual(keyAction(press('ArrowLeft'), { all, shown: all, cursor: 0 }), { cursor: 0 });
  });

  it('zoom around the cursor and out to everything', () => {
    assert.deepEqual(keyAction(press('+'), { all, shown: all, cursor: 20 }), { zoom: { from: 10, to: 60 } });
    assert.deepEqual(keyAction(press('-'), { all, shown: { from: 10, to: 60 }, cursor: 20 }), { zoom: undefined });
    assert.deepEqual(keyAction(press('0'), { all, shown: { from: 10, to: 60 }, cursor: 20 }), { zoom: undefined });
  });

  it('pan without leaving the data, and leave other keys alone', () => {
    assert.deepEqual(keyAction(press('ArrowRight', true), { all, shown: { from: 70, to: 95 }, cursor: undefined }), { zoom: { from: 75, to: 100 } });
    assert.equal(keyAction(press('Tab'), { all, shown: all, cursor: 1 }), undefined);
  });
});

describe('settings that were kept', () => {
  it('are taken as far as they make sense', () => {
    assert.deepEqual(settingsFrom(undefined), firstSettings);
    assert.deepEqual(settingsFrom({ xAxis: 'moon', smoothing: 7, hidden: [1, 'a'], logarithmic: true }), { ...firstSettings, logarithmic: true, hidden: ['a'] });
  });
});
