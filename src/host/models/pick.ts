// Lets the user choose a model: the shipped one, checkpoints of this workspace's runs, endpoints, the editor's models.
import * as vscode from 'vscode';
import { withoutIcons } from '../runs/describe';
import type { RunEntry } from '../runs/entry';
import { editorChoice, endpointChoice } from './choice';
import { listEditorModels } from './editor-models';
import type { Endpoint, EndpointList } from './endpoints';
import { servedRuns } from './served';
import type { ChosenModel } from './model';

interface ModelItem extends vscode.QuickPickItem { readonly chosen?: ChosenModel; readonly endpoint?: Endpoint; readonly opensSettings?: true }

export interface PickSources {
  readonly sample: ChosenModel;
  readonly current: ChosenModel;
  readonly runs: readonly RunEntry[];
  readonly endpoints: EndpointList;
  readonly hasKey: (endpoint: Endpoint) => Promise<boolean>;
  readonly setKey: (endpoint: Endpoint) => Promise<unknown>;
}

export async function pickModel(sources: PickSources): Promise<ChosenModel | undefined> {
  const { t } = vscode.l10n;
  const items = await itemsOf(sources);
  const picker = vscode.window.createQuickPick<ModelItem>();
  Object.assign(picker, { title: t('Choose Model'), placeholder: t('Model that prompts are put to'), matchOnDescription: true, matchOnDetail: true });
  picker.items = items;
  const now = items.find(({ chosen }) => chosen?.label === sources.current.label);
  if (now) picker.activeItems = [now];
  const item = await new Promise<ModelItem | undefined>((resolve) => {
    picker.onDidAccept(() => { resolve(picker.selectedItems[0]); });
    picker.onDidHide(() => { resolve(undefined); });
    picker.onDidTriggerItemButton(({ item: { endpoint } }) => {
      picker.hide();
      if (endpoint) void sources.setKey(endpoint);
    });
    picker.show();
  });
  picker.dispose();
  if (item?.opensSettings) await vscode.commands.executeCommand('workbench.action.openSettings', '@id:preclinical.endpoints');
  if (item?.endpoint?.remote !== undefined && !await sources.hasKey(item.endpoint)) void offerKey(item.endpoint, sources.setKey);
  return item?.chosen;
}

async function itemsOf({ sample, runs, endpoints, hasKey }: PickSources): Promise<ModelItem[]> {
  const { t } = vscode.l10n;
  const heading = (label: string): ModelItem => ({ label, kind: vscode.QuickPickItemKind.Separator });
  const leaves = `$(cloud) ${t('texts leave this machine')}`;
  const withCheckpoint = runs.filter(({ kind, progress }) => kind === 'train' && progress.checkpointStep > 0);
  const editors = await listEditorModels();
  const keyButton = { iconPath: new vscode.ThemeIcon('key'), tooltip: t('Set Endpoint Key…') };
  return [
    heading(t('On this machine')),
    { label: sample.label, description: t('shipped, tiny, works offline'), chosen: sample },
    ...withCheckpoint.map((run): ModelItem => ({
      label: withoutIcons(run.name), description: t('checkpoint of step {0}', run.progress.checkpointStep), detail: run.id,
      chosen: { label: run.name, cloud: false, ask: { kind: 'checkpoint', reference: run.id } },
    })),
    ...servedRuns(runs).map((run): ModelItem => ({
      label: withoutIcons(run.name), description: t('served by vLLM on this machine'), detail: run.id,
      chosen: { label: run.name, cloud: false, ask: { kind: 'checkpoint', reference: run.id } },
    })),
    heading(t('Endpoints')),
    ...await Promise.all(endpoints.endpoints.map(async (endpoint): Promise<ModelItem> => ({
      label: withoutIcons(endpoint.name), chosen: endpointChoice(endpoint), endpoint, buttons: [keyButton],
      description: [withoutIcons(endpoint.model), endpoint.remote === undefined ? t('on this machine') : leaves].join(' · '),
      detail: [withoutIcons(endpoint.baseUrl), await hasKey(endpoint) ? `$(key) ${t('key set')}` : ''].filter(Boolean).join(' · '),
    }))),
    { label: `$(gear) ${t('Edit Endpoints…')}`, ...(endpoints.problems.length > 0 ? { detail: `$(warning) ${withoutIcons(endpoints.problems.join(' '))}` } : {}), opensSettings: true, alwaysShow: true },
    ...(editors.length === 0 ? [] : [heading(t('Models of the editor'))]),
    ...editors.map(({ id, name }): ModelItem => {
      const chosen = editorChoice(id, `${name} (${id.split('/')[0]!})`);
      return { label: withoutIcons(chosen.label), description: leaves, detail: withoutIcons(id), chosen };
    }),
  ];
}

async function offerKey(endpoint: Endpoint, setKey: PickSources['setKey']): Promise<void> {
  const set = vscode.l10n.t('Set Key…');
  if (await vscode.window.showInformationMessage(vscode.l10n.t('{0} has no key yet.', endpoint.name), set) === set) await setKey(endpoint);
}
