// The words for runs: states, what a row says beside the name, what each way of stopping costs. Pure: the translating
// function comes in, so that unit tests read the English.
import { formatDuration } from '../../base/time/duration';
import { formatLoss, type ProgressReading } from '../../runs/progress';
import type { RunEntry, StepEntry, StepState } from './entry';

export type Translate = (message: string, ...values: (string | number)[]) => string;

export function stateWord(state: StepState, t: Translate): string {
  switch (state) {
    case 'created': return t('created');
    case 'queued': return t('queued');
    case 'running': return t('running');
    case 'paused': return t('paused');
    case 'stopped': return t('stopped');
    case 'done': return t('done');
    case 'failed': return t('failed');
    case 'lost': return t('lost');
    case 'waiting': return t('waiting');
    case 'skipped': return t('skipped');
  }
}

/** Icon of the product for a state, and the colour it has; shape alone tells them apart. */
export function stateIcon(state: StepState): { readonly icon: string; readonly color?: string } {
  switch (state) {
    case 'created':
    case 'queued': return { icon: 'clock' };
    case 'waiting': return { icon: 'circle-outline' };
    case 'running': return { icon: 'loading~spin', color: 'charts.blue' };
    case 'paused': return { icon: 'debug-pause', color: 'charts.yellow' };
    case 'stopped': return { icon: 'stop-circle' };
    case 'done': return { icon: 'pass', color: 'charts.green' };
    case 'failed': return { icon: 'error', color: 'charts.red' };
    case 'lost': return { icon: 'warning', color: 'charts.orange' };
    case 'skipped': return { icon: 'circle-slash' };
  }
}

/** What stands beside a job's name. */
export function describeEntry(entry: RunEntry, t: Translate): string {
  const { state } = entry.reading;
  const parts = [
    entry.labels.star ? '★' : '',
    entry.kind === 'import' ? t('imported') : '',
    state === 'done' || state === 'running' ? '' : stateWord(state, t),
    // What a scheduler says of a job that waits or runs.
    state === 'running' ? entry.reading.reason ?? '' : '',
    entry.steps.length > 0 ? describeSteps(entry.steps, t) : describeProgress(entry, t),
    entry.labels.archived ? t('archived') : '',
    (entry.labels.tags ?? []).map((tag) => `#${tag}`).join(' '),
  ];
  return parts.filter(Boolean).join(' · ');
}

function describeSteps(steps: readonly StepEntry[], t: Translate): string {
  const count = (state: StepState): number => steps.filter((step) => step.state === state).length;
  const running = steps.filter((step) => step.state === 'running').map(({ step }) => step);
  return [
    t('{0}/{1} steps', count('done'), steps.length),
    ...(count('failed') > 0 ? [t('{0} failed', count('failed'))] : []),
    ...(count('lost') > 0 ? [t('{0} lost', count('lost'))] : []),
    running.join(', '),
  ].filter(Boolean).join(' · ');
}

function describeProgress({ reading, progress, kind }: RunEntry, t: Translate): string {
  if (progress.step === undefined) {
    if (reading.state !== 'running') return '';
    const { activity } = progress;
    if (!activity) return kind === 'serve' ? t('serving') : t('starting');
    return `${activity.label} ${activity.done}${activity.total === undefined ? '' : `/${activity.total}`}`;
  }
  const running = reading.state === 'running';
  return [
    steps(progress, t),
    progress.loss === undefined ? '' : t('loss {0}', formatLoss(progress.loss)),
    running && progress.tokensPerSecond !== undefined ? t('{0} tokens/s', Math.round(progress.tokensPerSecond)) : '',
    running && progress.timeLeftMs !== undefined ? t('{0} left', formatDuration(progress.timeLeftMs)) : '',
  ].filter(Boolean).join(' · ');
}

function steps({ step = 0, totalSteps }: ProgressReading, t: Translate): string {
  return totalSteps === undefined ? t('step {0}', step) : t('step {0}/{1}', step, totalSteps);
}

/** Everything a hover says, one fact a line. */
export function describeFully(entry: RunEntry, t: Translate): string {
  const { reading } = entry;
  return [
    entry.name,
    `${stateWord(reading.state, t)}${reading.state === 'running' && reading.liveness === 'unknown' ? ` (${t('its heartbeat is being watched')})` : ''}`,
    [reading.reason ?? '', reading.next ?? ''].filter(Boolean).join('\n'),
    entry.steps.length > 0 ? describeSteps(entry.steps, t) : describeProgress(entry, t),
    t('{0}, attempt {1}, on {2}', entry.kind, reading.attempt, reading.host),
    entry.file ?? '',
    entry.labels.tags?.join(', ') ?? '',
    entry.labels.notes ?? '',
    entry.id,
  ].filter(Boolean).join('\n');
}

export type StopChoice = 'stop' | 'pause' | 'kill';
export interface StopOffer { readonly choice: StopChoice; readonly label: string; readonly cost: string }

/** Ways to stop a working job and what each costs; `inStudy` when a study that works shows it as a step. */
export function stopOffers(entry: RunEntry, inStudy: boolean, t: Translate): StopOffer[] {
  const isStudy = entry.kind === 'study';
  const kept = isStudy ? t('Running steps checkpoint and end; done steps stay done. Resume does the rest.')
    : entry.kind === 'train' ? t('Checkpoints and ends: no update is lost. Resume goes on from there.')
      : t('Ends; what it has written is kept. Resume goes on.');
  const offers: StopOffer[] = [
    { choice: 'stop', label: t('Stop'), cost: inStudy ? `${t('Its study skips the steps that need it.')} ${kept}` : kept },
    { choice: 'pause', label: t('Pause'), cost: inStudy ? `${t('Its study waits for it.')} ${kept}` : kept },
  ];
  // A killed study would leave its steps running with nobody to wait for them.
  if (!isStudy) offers.push({ choice: 'kill', label: t('Kill Now'), cost: killCost(entry.progress, t) });
  return offers;
}

function killCost({ step, checkpointStep, unsavedMs }: ProgressReading, t: Translate): string {
  if (step === undefined) return t('Ends at once. What it has not written is lost.');
  const updates = step - checkpointStep;
  const loss = checkpointStep === 0
    ? t('Ends at once. Loses all {0} updates: no checkpoint yet', updates)
    : t('Ends at once. Loses {0} updates since the checkpoint at step {1}', updates, checkpointStep);
  return unsavedMs === undefined ? loss : t('{0}, about {1} of work', loss, formatDuration(unsavedMs));
}

/** Names come from files: nothing in them may become an icon. */
export function withoutIcons(text: string): string {
  return text.replaceAll('$(', '$\u200b(');
}
