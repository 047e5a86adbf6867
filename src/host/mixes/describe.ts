// The words for mixes: states, and sizes in tokens, documents and bytes. Pure: the translating function comes in.
import type { MixBuild } from '../../protocol/mix-plan';
import { withoutIcons, type Translate } from '../runs/describe';
import { type MixEntry, type MixState, shownBuild } from './entry';

export function stateWord(state: MixState, t: Translate): string {
  switch (state) {
    case 'never': return t('never built');
    case 'built': return t('built');
    case 'outOfDate': return t('out of date');
    case 'unchecked': return t('not checked');
    case 'building': return t('building');
  }
}

export function stateIcon({ state, problem }: MixEntry): { readonly icon: string; readonly color?: string } {
  if (problem !== undefined && state !== 'building') return { icon: 'error', color: 'charts.red' };
  switch (state) {
    case 'never': return { icon: 'circle-outline' };
    case 'built': return { icon: 'pass', color: 'charts.green' };
    case 'outOfDate': return { icon: 'history', color: 'charts.yellow' };
    case 'unchecked': return { icon: 'question' };
    case 'building': return { icon: 'loading~spin', color: 'charts.blue' };
  }
}

/** `262k tokens · 5.2k documents · 1.1 MB`. */
export function describeSize({ tokens, documents, bytes }: MixBuild, t: Translate): string {
  return [t('{0} tokens', short(tokens)), t('{0} documents', short(documents)), formatBytes(bytes)].join(' · ');
}

/** What stands beside a mix's name. */
export function describeMix(entry: MixEntry, t: Translate): string {
  const build = shownBuild(entry);
  const activity = entry.job?.progress.activity;
  return withoutIcons([
    entry.problem === undefined ? '' : t('cannot be built'),
    stateWord(entry.state, t),
    activity ? `${activity.label} ${activity.done}${activity.total === undefined ? '' : `/${activity.total}`}` : '',
    entry.lastFailure && entry.state !== 'building' ? t('last build {0}', entry.lastFailure.reading.state) : '',
    build && entry.state !== 'building' ? describeSize(build, t) : '',
  ].filter(Boolean).join(' · '));
}

/** Everything a hover says, one fact a line. */
export function describeFully(entry: MixEntry, t: Translate): string {
  const build = shownBuild(entry);
  return [
    entry.name ?? entry.file, stateWord(entry.state, t), entry.problem ?? '', entry.lastFailure?.reading.reason ?? '',
    build ? describeSize(build, t) : '', build ? t('{0}, built {1}', build.hash, build.builtAt) : '', entry.file,
  ].filter(Boolean).join('\n');
}

function short(value: number): string {
  if (value >= 1e9) return `${Number((value / 1e9).toPrecision(3))}G`;
  if (value >= 1e6) return `${Number((value / 1e6).toPrecision(3))}M`;
  return value >= 1e4 ? `${Number((value / 1e3).toPrecision(3))}k` : String(value);
}

export function formatBytes(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  const power = bytes < 1000 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(bytes) / 3));
  return `${Number((bytes / 1000 ** power).toPrecision(3))} ${units[power]!}`;
}
