import assert from 'node:assert/strict';
import { readCount, settingRows, settingsArguments } from '../../../../src/host/evaluations/settings';
import { english } from '../../../../src/protocol/estimate-words';

describe('settings of an evaluation', () => {
  it('become options of the command line', () => {
    assert.deepEqual(settingsArguments({}), []);
    assert.deepEqual(settingsArguments({ shots: 0, chat: true, limit: 20, data: '/d', rotateOptions: true }), ['--num-fewshot', '0', '--apply-chat-template', '--limit', '20', '--data', '/d', '--rotate-options']);
    assert.deepEqual(settingsArguments({ chat: false, rotateOptions: false }), []);
    assert.deepEqual(settingsArguments({ harness: true, rotateOptions: true }), ['--engine', 'lm-eval']);
  });

  it('are said in the list, Start first', () => {
    const rows = settingRows({ shots: 5, limit: 20 }, english);
    assert.deepEqual([rows[0]!.setting, rows.find(({ setting }) => setting === 'shots')!.description, rows.find(({ setting }) => setting === 'limit')!.description], ['start', '5', 'the first 20']);
  });

  it('offer no rotated options with the harness, which has none', () => {
    const names = (harness: boolean): string[] => settingRows({ harness }, english).map(({ setting }) => setting);
    assert.deepEqual([names(false).includes('rotateOptions'), names(true).includes('rotateOptions')], [true, false]);
  });

  it('count in whole numbers, and an empty text takes one back', () => {
    assert.deepEqual(['5', ' 0 ', '', '-1', '1.5', 'five'].map(readCount), [5, 0, 'none', undefined, undefined, undefined]);
  });
});
