// Which Python the engine is told of, in a real VS Code: the setting, and what another extension says.
import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { chosenInExtension, pythonVariables } from '../../src/host/engine/python';

type Extension = NonNullable<Parameters<typeof chosenInExtension>[1]>;

/** As the Python extension answers when this is chosen in it. */
function extensionWith(uri: vscode.Uri | undefined): Extension {
  const environments = { getActiveEnvironmentPath: () => ({ path: 'chosen' }), resolveEnvironment: ({ path }: { readonly path: string }) => Promise.resolve(path === 'chosen' ? { executable: { uri } } : undefined) };
  return { activate: () => Promise.resolve({ environments }) } as unknown as Extension;
}

describe('the Python of the editor', () => {
  const settings = vscode.workspace.getConfiguration('preclinical');
  afterEach(async () => { await settings.update('python.path', undefined, vscode.ConfigurationTarget.Global); });

  it('is that of the setting, for verbs that may start one', async () => {
    await settings.update('python.path', '/opt/python', vscode.ConfigurationTarget.Global);
    assert.deepEqual(await pythonVariables('train', '/project'), { PRECLINICAL_TRAINER_PYTHON: '/opt/python' });
    assert.deepEqual(await pythonVariables('mix', '/project'), {});
  });

  it('is else what the Python extension has chosen, when it is there and can say', async () => {
    const uri = vscode.Uri.file('/envs/a/bin/python');
    assert.equal(await chosenInExtension(uri, extensionWith(uri)), uri.fsPath);
    assert.equal(await chosenInExtension(uri, extensionWith(undefined)), undefined);
    assert.equal(await chosenInExtension(uri, { activate: () => Promise.reject(new Error('broken')) } as unknown as Extension), undefined);
    assert.deepEqual(await pythonVariables('train', '/project'), {}, 'that extension is not installed here');
  });
});
