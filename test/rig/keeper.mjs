// Ends what a test lane leaves behind when it is killed: programs of a real Slurm, detached jobs, their trainers. All of
// them inherit a mark in their environment, and have their temporary files in one folder; a process of its own holds a
// pipe to whoever runs the lane, and when that breaks, for whatever reason, ends what bears the mark.
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

const variable = 'PRECLINICAL_TEST_LANE';

/** Pids of the living processes that inherited the mark. Where there is no /proc nobody is found. */
export function processesWith(mark) {
  const wanted = `${variable}=${mark}`;
  return (fs.existsSync('/proc/self/environ') ? fs.readdirSync('/proc') : []).filter((name) => /^\d+$/.test(name)).map(Number).filter((pid) => {
    try {
      // A process that has ended and was not waited for yet has an empty one, and one that is just starting a program too.
      return pid !== process.pid && fs.readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0').includes(wanted);
    } catch {
      return false; // gone meanwhile, or another user's
    }
  });
}

/**
 * Keeps what is started with `environment` from outliving this process.
 * @returns `end()` ends what is left now, and settles with how many processes that were.
 */
export function keep() {
  const mark = randomUUID();
  // Short: addresses of sockets in it end at 107 bytes.
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'preclinical-'));
  // Detached: what is typed at the terminal to end the lane must not end this too.
  const child = spawn(process.execPath, [import.meta.filename, mark, folder], { detached: true, stdio: ['pipe', 'pipe', 'inherit'] });
  let said = '';
  child.stdout.on('data', (bytes) => { said += bytes; });
  const ended = new Promise((resolve) => { child.once('close', () => { resolve(Number(said)); }); });
  return {
    environment: { [variable]: mark, TMPDIR: folder },
    end: () => {
      child.stdin.end();
      return ended;
    },
  };
}

async function endAll(mark, folder) {
  const ended = new Set();
  // Twice nobody: one that was just becoming another program is not seen at the first look.
  for (let nobody = 0; nobody < 2;) {
    const found = processesWith(mark);
    nobody = found.length === 0 ? nobody + 1 : 0;
    for (const pid of found) {
      ended.add(pid);
      try {
        process.kill(pid, 'SIGKILL');
      } catch {
        // Gone meanwhile.
      }
    }
    await new Promise((resolve) => { setTimeout(resolve, 50); });
  }
  fs.rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  return ended.size;
}

if (process.argv[1] === import.meta.filename) {
  const [mark, folder] = process.argv.slice(2);
  process.stdin.resume().once('close', () => {
    void endAll(mark, folder).then((count) => { process.stdout.write(String(count), () => process.exit(0)); });
    process.stdout.on('error', () => { process.exit(0); }); // nobody listens any more
  });
}
