// A process with all that descend from it. torchrun gives each worker a session of its own, so killing its process group
// leaves them behind, holding their GPUs.
import { spawnSync } from 'node:child_process';

/** Pids of the processes that descend from `pid`, itself not among them. */
export function descendants(pid: number): number[] {
  const { stdout } = spawnSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' });
  const children = new Map<number, number[]>();
  for (const line of stdout.split('\n')) {
    const [child, parent] = line.trim().split(/\s+/).map(Number);
    if (child !== undefined && parent !== undefined) children.set(parent, [...children.get(parent) ?? [], child]);
  }
  const found: number[] = [];
  for (let next = [pid]; next.length > 0; found.push(...next)) next = next.flatMap((one) => children.get(one) ?? []);
  return found;
}

/** The command line of a process that lives; undefined when there is none. */
export function commandOf(pid: number): string | undefined {
  const { status, stdout } = spawnSync('ps', ['-p', String(pid), '-o', 'stat=,args='], { encoding: 'utf8' });
  return status === 0 && !stdout.trim().startsWith('Z') ? stdout.trim() : undefined;
}

export function kill(pids: readonly number[]): void {
  for (const pid of pids) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // Gone already.
    }
  }
}
