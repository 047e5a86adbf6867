// What the editor does with the four kinds of file: problems with fixes, completion, hover, lenses.
import * as vscode from 'vscode';
import { fileKinds } from '../../documents/language/kinds';
import type { MixSizes } from '../mixes/sizes';
import { completionProvider } from './completion';
import { registerDiagnostics } from './diagnostics';
import { hoverProvider } from './hover';
import { lensProvider } from './lenses';
import { fixProvider } from './fixes';

/** Files on disk and new ones; not the read-only sides of a diff. */
const selector: vscode.DocumentSelector = fileKinds.flatMap(({ languageId }) => [{ language: languageId, scheme: 'file' }, { language: languageId, scheme: 'untitled' }]);

export function registerFiles(sizes: MixSizes): vscode.Disposable[] {
  return [
    ...registerDiagnostics(selector, sizes),
    vscode.languages.registerCodeActionsProvider(selector, fixProvider, { providedCodeActionKinds: [vscode.CodeActionKind.QuickFix] }),
    vscode.languages.registerCompletionItemProvider(selector, completionProvider, ' ', '[', '{', '.', '"'),
    vscode.languages.registerHoverProvider(selector, hoverProvider),
    ...lensProvider(selector),
  ];
}
