// Registers the models that prompts can be put to, and their commands.
import * as vscode from 'vscode';
import type { RunsService } from '../runs/service';
import { Bridge } from './bridge/bridge';
import { Consents } from './consents';
import { listEditorModels } from './editor-models';
import type { Endpoint } from './endpoints';
import { EndpointKeys } from './keys';
import type { Models } from './model';
import { pickModel } from './pick';
import { WindowModels } from './window-models';

/** For tests inside VS Code; never given to other extensions, since it hands out keys. */
export interface ModelsParts { readonly models: WindowModels; readonly keys: EndpointKeys; readonly consents: Consents; readonly bridge: Bridge }

export function registerModels(context: vscode.ExtensionContext, runs: RunsService): { readonly models: Models; readonly parts: ModelsParts; readonly disposables: { dispose(): unknown }[] } {
  const { t } = vscode.l10n;
  const keys = new EndpointKeys(context.secrets);
  const consents = new Consents(context.workspaceState);
  const bridge = new Bridge(listEditorModels, (model) => consents.agreed.includes(model));
  const setKey = async (endpoint: Endpoint): Promise<void> => { if (await keys.ask(endpoint)) models.touch(); };
  const models: WindowModels = new WindowModels({
    state: context.workspaceState, keys, consents, bridge,
    pick: () => pickModel({
      sample: WindowModels.sample(), current: models.current, runs: runs.model?.entries ?? [], endpoints: models.list,
      hasKey: (endpoint) => keys.has(endpoint), setKey,
    }),
  });
  const removeKey = async (endpoint: Endpoint): Promise<void> => {
    await keys.remove(endpoint);
    models.touch();
    void vscode.window.showInformationMessage(t('The key of {0} was removed.', endpoint.name));
  };
  const commands: Readonly<Record<string, () => unknown>> = {
    'preclinical.models.choose': () => models.choose(),
    'preclinical.models.revokeConsent': () => consents.chooseAndRevoke(),
    'preclinical.endpoints.setKey': async () => {
      const endpoint = await pickEndpoint(models.list.endpoints, t('Set Endpoint Key'));
      if (endpoint) await setKey(endpoint);
    },
    'preclinical.endpoints.removeKey': async () => {
      const known = await Promise.all(models.list.endpoints.map(async (endpoint) => await keys.has(endpoint) ? [endpoint] : []));
      const endpoint = await pickEndpoint(known.flat(), t('Remove Endpoint Key'));
      if (endpoint) await removeKey(endpoint);
    },
  };
  return {
    models, parts: { models, keys, consents, bridge },
    disposables: [models, vscode.lm.onDidChangeChatModels(() => { models.touch(); }), ...Object.entries(commands).map(([name, run]) => vscode.commands.registerCommand(name, run))],
  };
}

async function pickEndpoint(endpoints: readonly Endpoint[], title: string): Promise<Endpoint | undefined> {
  const { t } = vscode.l10n;
  if (endpoints.length === 0) {
    const edit = t('Edit Endpoints…');
    if (await vscode.window.showInformationMessage(t('{0}: the setting preclinical.endpoints names no endpoint for it.', title), edit) === edit) {
      await vscode.commands.executeCommand('workbench.action.openSettings', '@id:preclinical.endpoints');
    }
    return undefined;
  }
  const picks = endpoints.map((endpoint) => ({ label: endpoint.name, description: endpoint.baseUrl, endpoint }));
  return (await vscode.window.showQuickPick(picks, { title }))?.endpoint;
}
