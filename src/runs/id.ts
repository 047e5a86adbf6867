// Ids of jobs: `YYYYMMDD-HHMMSS-slug-xxxx`, UTC, lower case, so that names sort by time and are legal on every system.
import { randomInt } from 'node:crypto';

const longestSlug = 40;
const letters = '0123456789abcdefghijklmnopqrstuvwxyz';

/** @param suffix four characters that tell apart jobs of one second and name, and put them in order: see `suffixOf`. */
export function makeJobId(now: Date, name: string, suffix: string = suffixOf(now)): string {
  const [day, time] = now.toISOString().slice(0, 19).split('T');
  return `${day!.replaceAll('-', '')}-${time!.replaceAll(':', '')}-${slugOf(name)}-${suffix}`;
}

/** Letters a–z, digits and single hyphens, at most 40; accents dropped; `job` when nothing is left. */
export function slugOf(name: string): string {
  const slug = name
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .slice(0, longestSlug)
    .replaceAll(/^-+|-+$/g, '');
  return slug === '' ? 'job' : slug;
}

export function isJobId(name: string): boolean {
  return /^\d{8}-\d{6}-[a-z0-9]+(?:-[a-z0-9]+)*-[a-z0-9]{4}$/.test(name);
}

/** When the job was created, from its id. */
export function jobIdTime(id: string): Date | undefined {
  const parts = /^(\d{4})(\d{2})(\d{2})-(\d{2})(\d{2})(\d{2})-/.exec(id);
  if (!parts) return undefined;
  const [year, month, day, hour, minute, second] = parts.slice(1).map(Number) as [number, number, number, number, number, number];
  return new Date(Date.UTC(year, month - 1, day, hour, minute, second));
}

/** Milliseconds of the second in two digits of base 36, so that jobs of one name sort by time; then two at random. */
function suffixOf(now: Date): string {
  const milliseconds = now.getUTCMilliseconds().toString(letters.length).padStart(2, '0');
  return milliseconds + Array.from({ length: 2 }, () => letters[randomInt(letters.length)]!).join('');
}
