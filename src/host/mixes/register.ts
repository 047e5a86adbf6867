// Registers the Mixes view and the commands of mixes.
import * as vscode from 'vscode';
import { registerGuarded, setContext } from '../commands';
import type { RunsApi } from '../runs/register';
import type { TextViews } from '../text/views';
import { buildMix, cancelBuild, openForm, openProduct, openText, planMix, previewMix } from './actions';
import { newMixFile } from './new-file';
import { PlanDocuments } from './plan-document';
import { MixPreviews } from './preview';
import { MixesService } from './service';
import { MixSizes } from './sizes';
import { MixesTree, type Node } from './view';

/** What tests inside VS Code may ask about mixes. */
export interface MixesApi { readonly service: MixesService; readonly sizes: MixSizes; readonly tree: MixesTree }

export function registerMixes(context: vscode.ExtensionContext, runs: RunsApi, views: TextViews): { readonly api: MixesApi; readonly disposables: { dispose(): unknown }[] } {
  const service = new MixesService(context, runs.service);
  const sizes = new MixSizes(context);
  const tree = new MixesTree(service);
  const plans = new PlanDocuments();
  const previews = new MixPreviews(context, views);
  const view = vscode.window.createTreeView<Node>('preclinical.mixes', { treeDataProvider: tree, showCollapseAll: true });
  service.setVisible('mixes', view.visible);
  const commands: Readonly<Record<string, (target: unknown, second: unknown) => unknown>> = {
    'preclinical.mix.build': (target, options) => buildMix(service, target, options),
    'preclinical.mix.cancel': (target) => cancelBuild(service, target),
    'preclinical.mix.plan': (target) => planMix(context, service, plans, target),
    'preclinical.mix.preview': (target, source) => previewMix(service, previews, target, source),
    'preclinical.mix.openManifest': (target) => openProduct(service, target, vscode.l10n.t('Open Manifest')),
    'preclinical.mix.openReport': (target) => openProduct(service, target, vscode.l10n.t('Open Report'), 'report.md'),
    'preclinical.mix.openForm': (target) => openForm(service, target),
    'preclinical.mix.openText': (target) => openText(service, target),
    'preclinical.mix.new': (target) => newMixFile(target),
    'preclinical.mixes.refresh': () => service.refresh({ findFiles: true, anew: true }),
  };
  return {
    api: { service, sizes, tree },
    disposables: [
      service, sizes, tree, view, plans, previews,
      view.onDidChangeVisibility(({ visible }) => { service.setVisible('mixes', visible); }),
      service.onDidChange(() => { setContext('preclinical.hasMixes', (service.model?.entries.length ?? 0) > 0); }),
      ...Object.entries(commands).map(([name, run]) => registerGuarded(name, run)),
    ],
  };
}
