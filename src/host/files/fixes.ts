// Quick fixes: the nearest known key or value in the place of a misspelt one; of a mix file what mends it in its world.
import * as vscode from 'vscode';
import type { Problem } from '../../base/errors/problem';
import { type Fix, mixFixes } from '../../documents/mix/world/fixes';
import { diagnosticSource, problemOf } from './marked';

export const fixProvider: vscode.CodeActionProvider = {
  provideCodeActions(document, _range, { diagnostics }) {
    return diagnostics.filter((one) => one.source === diagnosticSource).flatMap((diagnostic) => {
      const known = problemOf(document.uri, diagnostic);
      if (!known) return [];
      const fixes = known.facts ? mixFixes(document.getText(), known.problem, known.facts) : [];
      return fixes.length > 0 ? fixes.map((fix, index) => actionOf(document, diagnostic, fix, index === 0)) : replacement(document, diagnostic, known.problem);
    });
  },
};

function replacement(document: vscode.TextDocument, diagnostic: vscode.Diagnostic, { suggestion }: Problem): vscode.CodeAction[] {
  if (suggestion === undefined) return [];
  const action = newAction(diagnostic, vscode.l10n.t('Change to {0}', suggestion), true);
  action.edit!.replace(document.uri, diagnostic.range, suggestion);
  return [action];
}

function actionOf(document: vscode.TextDocument, diagnostic: vscode.Diagnostic, fix: Fix, isPreferred: boolean): vscode.CodeAction {
  const action = newAction(diagnostic, titleOf(fix), isPreferred);
  for (const { start, end, text } of fix.edits) action.edit!.replace(document.uri, new vscode.Range(document.positionAt(start), document.positionAt(end)), text);
  return action;
}

function newAction(diagnostic: vscode.Diagnostic, title: string, isPreferred: boolean): vscode.CodeAction {
  const action = new vscode.CodeAction(title, vscode.CodeActionKind.QuickFix);
  action.edit = new vscode.WorkspaceEdit();
  action.diagnostics = [diagnostic];
  action.isPreferred = isPreferred;
  return action;
}

function titleOf({ name, values }: Fix): string {
  const { t } = vscode.l10n;
  const [value = ''] = values.map((one) => (typeof one === 'number' ? one.toLocaleString(vscode.env.language) : one));
  switch (name) {
    case 'replace': return t('Change to {0}', value);
    case 'remove': return t('Remove {0}', value);
    case 'scale-shares': return t('Scale the shares so that they sum to 1');
    case 'all-as-tokens': return t('Give every source of the stage in tokens');
    case 'add-total': return t('Add tokens: {0}, the most its sources can supply', value);
    case 'lower-total': return t('Lower the stage to {0} tokens, the most its sources can supply', value);
    case 'lower-amount': return t('Take as much as the sources can supply: {0} tokens in all', value);
    case 'raise-cap': return t('Raise repeatCap to {0}', value);
    case 'take-from-all': return t('Take an equal share of every source');
    case 'add-to-stage': return t('Add it to stage {0}', value);
    case 'remove-source': return t('Remove source {0} from the mix', value);
    case 'never-leaves': return t('Set egress: never');
    case 'hold-out-fraction': return t('Hold out a fraction of {0} instead', value);
  }
}
