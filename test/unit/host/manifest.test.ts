// What package.json must say for what the code does: a panel left open comes back only when its type starts the extension.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { packageRoot } from '../../../src/engine/parts/assets';

describe('the manifest', () => {
  it('starts the extension for every type of panel that it brings back', () => {
    const host = path.join(packageRoot, 'src/host');
    const sources = readdirSync(host, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts')).map((name) => readFileSync(path.join(host, name), 'utf8'));
    const types = sources.filter((text) => text.includes('registerWebviewPanelSerializer(')).flatMap((text) => [...text.matchAll(/ViewType = '(preclinical\.\w+)'/g)].map(([, type]) => type!));
    assert.ok(types.length >= 5, types.join());
    const { activationEvents } = JSON.parse(readFileSync(path.join(packageRoot, 'package.json'), 'utf8')) as { activationEvents: readonly string[] };
    for (const type of types) assert.ok(activationEvents.includes(`onWebviewPanel:${type}`), type);
  });
});
