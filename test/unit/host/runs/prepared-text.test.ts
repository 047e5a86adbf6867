import assert from 'node:assert/strict';
import type { Translate } from '../../../../src/host/runs/describe';
import { preparedText } from '../../../../src/host/runs/prepared-text';

const t: Translate = (message, ...values) => message.replaceAll(/\{(\d)\}/g, (_, index: string) => String(values[Number(index)]));

describe('what a run of another engine would be started with', () => {
  it('is shown with what was looked at, what was changed by hand, and every file', () => {
    const text = preparedText({
      folder: '/project/trainer', files: ['trl.yaml', 'launch.sh'], kept: [{ file: 'launch.sh', difference: ['-a', '+b'] }],
      checks: [{ name: 'Python', state: 'ok', found: '3.11' }, { name: 'disk', state: 'warning', found: '1 GiB free', next: 'Free some.' }],
    }, ['max_steps: 3', '#!/usr/bin/env bash'], t);
    assert.deepEqual(text.split('\n').filter(Boolean), [
      'Nothing is started. Files in /project/trainer may be changed; a start goes on with them as they are then.', 'Looked at before the start:', '  ok       Python: 3.11', '  warning  disk: 1 GiB free. Free some.',
      'launch.sh was changed by hand and is kept:', '  -a', '  +b', `${'─'.repeat(12)} trl.yaml ${'─'.repeat(12)}`, 'max_steps: 3', `${'─'.repeat(12)} launch.sh ${'─'.repeat(12)}`, '#!/usr/bin/env bash',
    ]);
  });
});
