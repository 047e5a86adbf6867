// One item in the status bar: the run that works now. A click shows it in the view.
import * as vscode from 'vscode';
import { describeEntry, describeFully, withoutIcons } from './describe';
import { currentRun } from './entry';
import type { RunsService } from './service';

export function createStatusBar(service: RunsService): vscode.Disposable {
  const item = vscode.window.createStatusBarItem('preclinical.currentRun', vscode.StatusBarAlignment.Left, 10);
  item.name = vscode.l10n.t('Preclinical: Current Run');
  const show = (): void => {
    const entry = currentRun(service.model?.entries ?? []);
    if (!entry) {
      item.hide();
      return;
    }
    const owner = service.model?.studyOf(entry.id);
    const name = owner ? `${owner.study.name}/${owner.step}` : entry.name;
    item.text = `$(loading~spin) ${withoutIcons(`${name} ${describeEntry(entry, vscode.l10n.t)}`)}`;
    item.tooltip = describeFully(entry, vscode.l10n.t);
    item.command = { command: 'preclinical.run.reveal', title: vscode.l10n.t('Show Run'), arguments: [entry.id] };
    item.show();
  };
  show();
  return vscode.Disposable.from(item, service.onDidChange(show));
}
