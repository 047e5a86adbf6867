// The sample workspace that suites share, wherever one of them wrote it first.
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import path from 'node:path';
import * as vscode from 'vscode';

export async function sampleIn(root: vscode.Uri): Promise<vscode.Uri> {
  const hasSample = (folder: vscode.Uri): boolean => existsSync(path.join(folder.fsPath, 'tokenizer/tokenizer.json'));
  // Where it stands depends on what else was in the folder then.
  const sample = [root, vscode.Uri.joinPath(root, 'preclinical-sample')].find(hasSample)
    ?? await vscode.commands.executeCommand<vscode.Uri | undefined>('preclinical.sample.create', root, { scale: 'tiny', open: false });
  assert.ok(sample && hasSample(sample), 'the sample workspace is there');
  return sample;
}
