// Lenses beside Start on a run or study file: Estimate, Curves of its runs, and a study's Report. Each has a setting.
import * as vscode from 'vscode';
import { firstLineLenses, type FirstLineLens } from '../files/first-line-lenses';
import { startableKind } from './preview';

const selector: vscode.DocumentSelector = ['run', 'study'].map((kind) => ({ language: `preclinical-${kind}`, scheme: 'file' }));

export function registerRunLenses(): vscode.Disposable[] {
  return firstLineLenses(selector, lensesOf);
}

function lensesOf(document: vscode.TextDocument): FirstLineLens[] {
  const { t } = vscode.l10n;
  return [
    { setting: 'estimate', title: t('$(dashboard) Estimate'), command: 'preclinical.run.estimate' },
    { setting: 'curves', title: t('$(graph-line) Curves'), command: 'preclinical.curves.openOfFile' },
    ...(startableKind(document.fileName) === 'study' ? [{ setting: 'report', title: t('$(graph) Report'), command: 'preclinical.run.openReport' }] : []),
  ];
}
