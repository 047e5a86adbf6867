// Which of the paths that are there was most likely meant by one that is not.
import { editDistance } from '../../../base/text/edit-distance';

const mostOffered = 3;

/** Nearest first: of the same name in another folder, else with few letters between them. */
export function nearestPaths(wanted: string, candidates: readonly string[]): string[] {
  const plain = normal(wanted);
  const farthest = Math.max(2, Math.floor(plain.length / 4));
  return candidates
    .map((candidate) => ({ candidate, distance: distance(plain, normal(candidate)) }))
    .filter((one) => one.distance <= farthest)
    .sort((a, b) => a.distance - b.distance || (a.candidate < b.candidate ? -1 : 1))
    .slice(0, mostOffered)
    .map((one) => one.candidate);
}

function distance(wanted: string, candidate: string): number {
  // Most candidates are of another length altogether and need no table.
  const whole = Math.abs(wanted.length - candidate.length) > wanted.length ? Infinity : editDistance(wanted, candidate);
  return baseName(wanted) === baseName(candidate) ? Math.min(1, whole) : whole;
}

function normal(path: string): string {
  return path.replaceAll('\\', '/').replace(/\/+$/, '').toLowerCase();
}

function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
