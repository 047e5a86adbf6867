// The workspace root the engine works in: nearest .preclinical or Git root above the first folder of the window.
import * as vscode from 'vscode';
import { findRoot } from '../runs/root';

/** Undefined when no folder of this machine is open. */
export function workspaceRoot(): string | undefined {
  const folder = vscode.workspace.workspaceFolders?.find((one) => one.uri.scheme === 'file');
  return folder && findRoot(folder.uri.fsPath);
}
