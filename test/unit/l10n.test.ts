// Every word a user reads can be translated: messages of the code are in the exported bundle, those of the manifest in package.nls.json.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { packageRoot } from '../../src/engine/parts/assets';

const read = (name: string): string => readFileSync(path.join(packageRoot, name), 'utf8');

describe('translation', () => {
  it('has every message of the code in the exported bundle: `npm run l10n` brings it up to date', () => {
    const printed = execFileSync(process.execPath, [path.join(packageRoot, 'l10n', 'export.mjs'), '--print'], { encoding: 'utf8' });
    assert.deepEqual(Object.keys(JSON.parse(read('l10n/bundle.l10n.json')) as object), Object.keys(JSON.parse(printed) as object));
    assert.ok(Object.keys(JSON.parse(printed) as object).length > 100);
  });

  it('has every key of the manifest in package.nls.json, and no other', () => {
    const used = [...read('package.json').matchAll(/"%([^%"]+)%"/g)].map(([, key]) => key!);
    const given = Object.keys(JSON.parse(read('package.nls.json')) as object);
    assert.deepEqual([...new Set(used)].sort(), given.sort());
  });

  it('leaves no title, description or text of the manifest without a key', () => {
    const { contributes } = JSON.parse(read('package.json')) as { contributes: object };
    const spoken = new Set(['title', 'description', 'markdownDescription', 'contents', 'altText', 'shortTitle']);
    const bare: string[] = [];
    const look = (value: unknown): void => {
      if (typeof value !== 'object' || value === null) return;
      for (const [key, inside] of Object.entries(value)) {
        // The product's own name is the same in every language.
        if (spoken.has(key) && typeof inside === 'string' && !/^%.+%$/.test(inside) && inside !== 'Preclinical') bare.push(inside);
        look(inside);
      }
    };
    look(contributes);
    assert.deepEqual(bare, []);
  });
});
