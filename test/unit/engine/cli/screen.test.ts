import assert from 'node:assert/strict';
import { collectOverride } from '../../../../src/engine/cli/context';
import { Screen } from '../../../../src/engine/cli/follow/screen';

describe('--set', () => {
  it('reads values as YAML and keeps earlier ones', () => {
    assert.deepEqual(collectOverride('optimiser.learningRate=1e-3', collectOverride('name=x', {})), { 'name': 'x', 'optimiser.learningRate': 0.001 });
  });

  it('refuses what has no key', () => {
    assert.throws(() => collectOverride('=3', {}), /set as key=value/);
  });
});

describe('the screen', () => {
  it('rewrites its block in place on a terminal, and keeps what was said', () => {
    let written = '';
    const output = { isTTY: true, columns: 80, write: (text: string) => { written += text; return true; } } as unknown as NodeJS.WriteStream;
    const screen = new Screen(output);
    screen.show(['one', 'two']);
    screen.say('kept');
    assert.equal(written, 'one\ntwo\n\u001b[2A\u001b[0Jkept\n');
  });

  it('is quiet where there is no terminal: one block in fifteen seconds', () => {
    let written = '';
    let now = 100_000;
    const output = { isTTY: false, write: (text: string) => { written += text; return true; } } as unknown as NodeJS.WriteStream;
    const screen = new Screen(output, () => now);
    for (const line of ['a', 'b', 'c']) { screen.show([line]); now += 10_000; }
    assert.equal(written, 'a\nc\n');
  });
});
