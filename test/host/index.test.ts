// Entry that VS Code's extension host requires: runs every suite of this folder with mocha and leaves the counts.
import { writeFileSync } from 'node:fs';
import Mocha from 'mocha';

/** Called by VS Code; a rejection is exit code 1. */
export async function run(): Promise<void> {
  const mocha = new Mocha({ ui: 'bdd', timeout: 60_000, reporter: 'spec' });
  mocha.suite.emit('pre-require', globalThis as never, '', mocha);
  await import('./activation');
  await import('./files');
  await import('./curves');
  await import('./answers');
  await import('./models');
  await import('./runs');
  await import('./prompts');
  await import('./mixes');
  await import('./findings');
  await import('./run-files');
  await import('./python');
  await import('./evaluations');
  const stats = await new Promise<{ passes: number; failures: number; problems: string[] }>((resolve) => {
    let passes = 0;
    let failures = 0;
    const problems: string[] = [];
    mocha.run(() => { resolve({ passes, failures, problems }); })
      .on('pass', () => { passes += 1; })
      .on('fail', (test, error: Error) => { failures += 1; problems.push(`${test.fullTitle()}: ${error.stack ?? error.message}`); });
  });
  writeFileSync(process.env['PRECLINICAL_HOST_RESULTS']!, JSON.stringify(stats));
  if (stats.failures > 0) throw new Error(stats.problems.join('\n'));
}
