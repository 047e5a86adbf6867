// One notification when a run ends, with the way to what it left. Runs that ended while no window looked are not news.
import * as vscode from 'vscode';
import { stateWord, withoutIcons } from './describe';
import { endedRuns, isFailure } from './ended';
import type { RunEntry, RunState } from './entry';
import type { RunsService } from './service';

const setting = 'notifications.runs';
type Wanted = 'all' | 'failures' | 'none';

export function notifyOfEnds(service: RunsService): vscode.Disposable {
  let before = new Map<string, RunState>();
  return service.onDidChange(() => {
    const { model } = service;
    const entries = model?.entries ?? [];
    const ended = endedRuns(before, entries, (id) => model?.studyOf(id) !== undefined);
    before = new Map(entries.map(({ id, reading }) => [id, reading.state]));
    const wanted = vscode.workspace.getConfiguration('preclinical').get<Wanted>(setting, 'all');
    const news = ended.filter((entry) => wanted === 'all' || (wanted === 'failures' && isFailure(entry)));
    if (news.length > 0) void tell(news);
  });
}

async function tell(news: readonly RunEntry[]): Promise<void> {
  const [first] = news as [RunEntry];
  const { t } = vscode.l10n;
  const words = news.map((entry) => `${withoutIcons(entry.name)}: ${stateWord(entry.reading.state, t)}`).join(', ');
  const reason = news.length === 1 && first.reading.reason !== undefined ? `. ${first.reading.reason}` : '';
  const failed = news.some(isFailure);
  const look = wayIn(first);
  const quiet = t('Don\'t Show Again');
  const say = failed ? vscode.window.showWarningMessage : vscode.window.showInformationMessage;
  const choice = await say(`${words}${reason}`, look.title, quiet);
  if (choice === look.title) await vscode.commands.executeCommand(look.command, first.id);
  if (choice === quiet) await vscode.workspace.getConfiguration('preclinical').update(setting, 'none', vscode.ConfigurationTarget.Global);
}

/** Where the user most likely goes next. */
function wayIn(entry: RunEntry): { readonly title: string; readonly command: string } {
  const { t } = vscode.l10n;
  if (isFailure(entry)) return { title: t('Open Log'), command: 'preclinical.run.openLog' };
  if (entry.kind === 'study') return { title: t('Open Report'), command: 'preclinical.run.openReport' };
  if (entry.kind === 'evaluate') return { title: t('Open Results'), command: 'preclinical.evaluation.open' };
  return entry.kind === 'train' ? { title: t('Open Curves'), command: 'preclinical.curves.open' } : { title: t('Show Run'), command: 'preclinical.run.reveal' };
}
