// Who we are, so that a pid in a job folder is believed only where it means something: host, boot of the host, and
// the moment a process started (a pid may be used again).
import { execFileSync } from 'node:child_process';
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname, uptime } from 'node:os';
import { errorCode } from './files/retry';

/** Number of the initial pid namespace on every Linux kernel. */
const initialPidNamespace = 'pid:[4026531836]';

export interface Here { readonly host: string; readonly bootId: string }

let here: Here | undefined;

export function thisHost(): Here {
  here ??= { host: hostName(), bootId: bootId() };
  return here;
}

/** Containers count pids for themselves: one with the same host name is another host as far as pids go. */
function hostName(): string {
  try {
    const namespace = readlinkSync('/proc/self/ns/pid');
    return namespace === initialPidNamespace ? hostname() : `${hostname()} ${namespace}`;
  } catch {
    return hostname();
  }
}

function bootId(): string {
  try {
    if (process.platform === 'linux') return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    if (process.platform === 'darwin') return execFileSync('sysctl', ['-n', 'kern.bootsessionuuid'], { encoding: 'utf8' }).trim();
  } catch {
    // Said by the boot time instead.
  }
  return `booted-${Math.round(Date.now() / 1000 - uptime())}`;
}

/** Where only the time of the boot is known it is known to a minute or so: clocks are corrected. */
export function isSameBoot(a: string, b: string): boolean {
  const times = [a, b].map((id) => /^booted-(\d+)$/.exec(id)?.[1]);
  if (times[0] === undefined || times[1] === undefined) return a === b;
  return Math.abs(Number(times[0]) - Number(times[1])) < 120;
}

/** A process as the kernel knows it; `start` (Linux) tells two users of one pid apart. A zombie does not exist. */
export function findProcess(pid: number): { readonly start?: string } | undefined {
  if (pid <= 0) return undefined;
  if (process.platform === 'linux') {
    try {
      const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').replace(/^.*\) /s, '').split(' ');
      return fields[0] === 'Z' || fields[0] === 'X' ? undefined : { start: fields[19]! };
    } catch {
      // No such process, or /proc is hidden from us.
    }
  }
  try {
    process.kill(pid, 0);
    return {};
  } catch (error) {
    return errorCode(error) === 'EPERM' ? {} : undefined;
  }
}

/** Whether `pid` still is the process that recorded `start`. */
export function isSameProcess(pid: number, start: string | undefined): boolean {
  const found = findProcess(pid);
  return found !== undefined && (start === undefined || found.start === undefined || found.start === start);
}
