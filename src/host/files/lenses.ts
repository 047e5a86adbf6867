// Lenses on the first line: Start for a run or study, Build, Form and Preview for a mix.
import * as vscode from 'vscode';
import { kindOfLanguage } from '../../documents/language/kinds';
import { firstLineLenses, type FirstLineLens } from './first-line-lenses';

export function lensProvider(selector: vscode.DocumentSelector): vscode.Disposable[] {
  return firstLineLenses(selector, lensesOf);
}

/** None for files that nothing is started from, and for new ones that no process can read yet. */
function lensesOf(document: vscode.TextDocument): FirstLineLens[] {
  if (document.uri.scheme !== 'file') return [];
  const { t } = vscode.l10n;
  const kind = kindOfLanguage(document.languageId)?.name;
  if (kind === 'mix') {
    return [
      { setting: 'start', title: t('$(package) Build'), command: 'preclinical.mix.build' },
      { setting: 'start', title: t('$(settings) Form'), command: 'preclinical.mix.openForm' },
      { setting: 'start', title: t('$(eye) Preview'), command: 'preclinical.mix.preview' },
    ];
  }
  return kind === 'run' || kind === 'study' ? [{ setting: 'start', title: t('$(play) Start'), command: 'preclinical.run.start' }] : [];
}
