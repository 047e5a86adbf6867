// Every command of the README is run, in its order, against the sample workspace of this lane.
import assert from 'node:assert/strict';
import { readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { listJobs } from '../../src/runs/list';
import { requestJob } from '../../src/runs/requests';
import { untilEnded } from '../process/asks/ask-child';
import { packageRoot, runCli, startCli } from './run-cli';
import { sampleRoot } from './sample-root';

const readme = readFileSync(path.join(packageRoot, 'README.md'), 'utf8');
const commands = [...readme.matchAll(/```sh\n([\s\S]*?)```/g)].flatMap((block) => block[1]!.trim().split('\n'));
const cliPrefix = 'node dist/engine/cli.mjs ';

/** Arguments of a command line of the README, with this lane's workspace in place of the one `npm start` makes. */
function argumentsOf(command: string): string[] {
  return command.slice(cliPrefix.length).split(' ')
    .map((word) => word.replace(/^sample-workspace(?=\/|$)/, sampleRoot));
}

describe('commands of the README', function () {
  this.timeout(10 * 60_000);

  before(() => { rmSync(path.join(sampleRoot, 'exported'), { recursive: true, force: true }); });

  // A question leaves the model in memory for the next one.
  after(async () => {
    for (const job of await listJobs(sampleRoot)) {
      if (job.kind === 'serve' && await requestJob(job.folder, 'stop') !== undefined) await untilEnded(job.folder);
    }
  });

  it('names the two commands, which are scripts of package.json', () => {
    const { scripts } = JSON.parse(readFileSync(path.join(packageRoot, 'package.json'), 'utf8')) as { scripts: Record<string, string> };
    const npmCommands = commands.filter((command) => command.startsWith('npm ')).map((command) => command.slice('npm '.length));
    assert.deepEqual(npmCommands, ['start', 'test']);
    assert.ok(npmCommands.every((name) => name in scripts));
    // What `npm start` runs after installing and building is what the first test of this lane ran.
    assert.match(scripts['start']!, /cli\.mjs quickstart --root sample-workspace$/);
  });

  it('has only commands this test knows how to run', () => {
    assert.deepEqual(commands.filter((command) => !command.startsWith(cliPrefix) && !command.startsWith('npm ')), []);
    assert.ok(commands.length > 8);
  });

  for (const command of commands.filter((one) => one.startsWith(cliPrefix))) {
    const serves = / serve /.test(command);
    it(command, async () => {
      if (!serves) {
        const { code, output } = await runCli(argumentsOf(command));
        assert.equal(code, 0, output);
        return;
      }
      let address = '';
      const server = startCli(argumentsOf(command), { onOutput: (text) => {
        address += text;
        if (/\bhttp:\/\/127\.0\.0\.1:\d+/.test(address)) server.child.kill('SIGINT');
      } });
      const { code, output } = await server.ended;
      assert.equal(code, 0, output);
      assert.match(output, /http:\/\/127\.0\.0\.1:\d+\/v1/);
    });
  }
});
