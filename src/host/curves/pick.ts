// Lets the user choose training runs, newest first.
import * as vscode from 'vscode';
import { jobIdTime } from '../../runs/id';
import { readLabels } from '../../runs/labels';
import { listJobs } from '../../runs/list';

interface RunItem extends vscode.QuickPickItem { readonly id: string }

/** Undefined when the user chose nothing, or there is nothing to choose from, which is said. */
export async function pickRuns(root: string, chosen: readonly string[]): Promise<string[] | undefined> {
  const jobs = (await listJobs(root)).filter((job) => job.kind === 'train' || job.kind === 'import').reverse();
  if (jobs.length === 0) {
    await vscode.window.showInformationMessage(vscode.l10n.t('There is no training run in this workspace yet. Start one from a run file (*.run.yaml) or a study.'));
    return undefined;
  }
  const items = await Promise.all(jobs.map(async (job): Promise<RunItem> => {
    const { name, star } = await readLabels(job.folder);
    return {
      id: job.id, label: `${star ? '$(star-full) ' : ''}${(name ?? job.name).replaceAll('$(', '$\u200b(')}`, description: job.state,
      detail: [jobIdTime(job.id)?.toLocaleString(vscode.env.language), job.file].filter(Boolean).join(' · '),
      picked: chosen.includes(job.id),
    };
  }));
  const picked = await vscode.window.showQuickPick(items, {
    canPickMany: true, matchOnDetail: true, title: vscode.l10n.t('Loss Curves'), placeHolder: vscode.l10n.t('Runs to show together'),
  });
  return picked && picked.length > 0 ? picked.map((item) => item.id) : undefined;
}
