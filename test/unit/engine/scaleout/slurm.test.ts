// What is given to Slurm, and what its words mean for a run.
import assert from 'node:assert/strict';
import { scaleoutSchema } from '../../../../src/documents/run/schema';
import { slurmSchema } from '../../../../src/documents/run/slurm';
import { shareOut } from '../../../../src/engine/scaleout/engines/batches';
import { writeLaunchScript } from '../../../../src/engine/scaleout/scripts/launch';
import { writeBatchScript } from '../../../../src/engine/scaleout/slurm/batch-script';
import { describeSlurmJob, endingOf, neverRuns, parseSqueue, parseSqueueJson, standingOf } from '../../../../src/engine/scaleout/slurm/state';

function directives(slurm: object, device: 'auto' | 'cpu' = 'auto'): string[] {
  const script = writeBatchScript({ slurm: slurmSchema.parse(slurm), scaleout: { processes: 4, device }, jobName: '20260101-000000-a', folder: '/shared/it\'s/trainer' });
  return script.split('\n').filter((line) => line.startsWith('#SBATCH ')).map((line) => line.slice('#SBATCH '.length));
}

describe('the script given to sbatch', () => {
  it('holds what the run file names as literal directives, and the user\'s own last', () => {
    assert.deepEqual(directives({
      partition: 'gpu', account: 'lab', qos: 'long', nodes: 2, cpus: 16, memory: '64G', time: '2-00:00:00', signalSeconds: 600, directives: ['--exclusive'],
    }), [
      '--job-name=20260101-000000-a', '--nodes=2', '--ntasks-per-node=1', '--partition=gpu', '--account=lab', '--qos=long', '--gpus-per-node=4',
      '--cpus-per-task=16', '--mem=64G', '--time=2-00:00:00', '--signal=B:USR1@600', '--requeue', '--open-mode=append',
      '--output=trainer.log', '--exclusive',
    ]);
    assert.ok(!directives({}, 'cpu').some((line) => line.startsWith('--gpus')), 'no GPU is asked for with device: cpu');
    assert.ok(directives({ requeue: false }).includes('--no-requeue'));
  });

  it('refuses what would break out of a directive', () => {
    for (const bad of [{ directives: ['--x\nrm -rf /'] }, { directives: ['rm'] }, { time: '$TIME' }, { memory: 'all' }, { partiton: 'gpu' }]) {
      assert.equal(slurmSchema.safeParse(bad).success, false, JSON.stringify(bad));
    }
  });

  it('lets each machine find the others by numbers Slurm gives inside srun, once per node', () => {
    const script = writeLaunchScript({ entry: ['train_trl.py'], interpreter: 'python', prefix: [], prologue: ['module load cuda'], processes: 8, nodes: 4, threadsOfProcess: undefined });
    assert.match(script, /^module load cuda\nexec python -m torch\.distributed\.run --nnodes 4 --node-rank "\$SLURM_NODEID" --master-addr "\$PRECLINICAL_HEAD" --master-port "\$PRECLINICAL_PORT" --nproc-per-node 8 /m);
    assert.doesNotMatch(script, /OMP_NUM_THREADS/);
  });

  it('shares an update out between the processes of all nodes', () => {
    const run = { batchSize: 2, accumulationSteps: 16, data: 'a.mix.yaml', scaleout: scaleoutSchema.parse({ processes: 4, slurm: { nodes: 2 } }) };
    assert.deepEqual(shareOut(run), { rowsOfProcess: 2, accumulationSteps: 2 });
  });
});

describe('what Slurm says of a job', () => {
  it('is read as lines, and as JSON of versions with one state and with several', () => {
    const running = { id: '7', state: 'RUNNING', reason: 'None', nodes: 'node[1-2]' };
    assert.deepEqual(parseSqueue('7|RUNNING|None|node[1-2]\n8|PENDING|Resources|\n'), [running, { id: '8', state: 'PENDING', reason: 'Resources', nodes: '' }]);
    const json = (state: unknown): string => JSON.stringify({ jobs: [{ job_id: 7, job_state: state, state_reason: 'None', nodes: 'node[1-2]', more: 1 }] });
    assert.deepEqual(parseSqueueJson(json('RUNNING')), [running]);
    assert.deepEqual(parseSqueueJson(json(['RUNNING'])), [running]);
    assert.equal(parseSqueueJson('{"jobs": 1}'), undefined);
    assert.equal(parseSqueueJson('{'), undefined);
  });

  it('stands for waiting, training or an end; a node that failed and a job put back are told apart', () => {
    assert.deepEqual(['PENDING', 'CONFIGURING', 'REQUEUED', 'RUNNING', 'COMPLETING', 'NODE_FAIL', 'TIMEOUT', 'PREEMPTED', 'COMPLETED'].map((state) => standingOf({ state })),
      ['waiting', 'waiting', 'waiting', 'training', 'training', 'ended', 'ended', 'ended', 'ended']);
    assert.match(endingOf({ state: 'NODE_FAIL' })!.next, /Resume/);
    assert.equal(endingOf({ state: 'FAILED' }), undefined, 'what it printed says more');
  });

  it('is told in words, with the reason while it waits and the nodes while it runs', () => {
    assert.equal(describeSlurmJob({ id: '7', state: 'PENDING', reason: 'Resources', nodes: '' }), 'Slurm job 7 pending: Resources');
    assert.equal(describeSlurmJob({ id: '7', state: 'RUNNING', reason: 'None', nodes: 'n1' }), 'Slurm job 7 running on n1');
    assert.equal(describeSlurmJob({ id: '7', state: 'NODE_FAIL', reason: 'NodeDown', nodes: 'n1' }), 'Slurm job 7 node fail: NodeDown');
  });

  it('says when no waiting helps', () => {
    const pending = (reason: string): string | undefined => neverRuns({ id: '1', state: 'PENDING', reason, nodes: '' });
    assert.match(pending('PartitionTimeLimit')!, /scaleout\.slurm\.time/);
    assert.match(pending('launch failed requeued held')!, /look at the node/);
    for (const reason of ['Resources', 'Priority', 'BeginTime', 'None']) assert.equal(pending(reason), undefined);
  });
});
