// preclinical doctor: which backends this machine has, measured in the Node that would run them.
import { cpus, totalmem } from 'node:os';
import type { Command } from 'commander';
import { alignColumns } from '../../../base/text/columns';
import { matmulRate, openBackend } from '../../tensors';

export function addDoctor(program: Command): void {
  program.command('doctor')
    .description('say which compute backends are there, with their measured matrix-product rate')
    .option('--json', 'print as JSON')
    .action(async (options: { json?: boolean }) => {
      const info = await openBackend('wasm');
      const backends = [{ ...info, gigaflopsPerSecond: Number(matmulRate().toFixed(1)) }];
      const machine = { node: process.version, platform: `${process.platform}-${process.arch}`, cpu: cpus()[0]?.model ?? 'unknown', cores: cpus().length, memoryGiB: Number((totalmem() / 2 ** 30).toFixed(1)) };
      if (options.json) {
        console.log(JSON.stringify({ machine, backends }, undefined, 2));
        return;
      }
      console.log(`${machine.cpu}, ${machine.cores} cores, ${machine.memoryGiB} GiB, Node ${machine.node}\n`);
      console.log(alignColumns([
        ['backend', 'found', 'device', 'matrix product'],
        ...backends.map((one) => [one.name, 'yes', one.device, `${one.gigaflopsPerSecond} GFLOP/s`]),
        ['cpu', 'yes', 'plain JavaScript', 'reference only'],
        ['tensorflow', 'no', '', 'not built in this version'],
        ['webgpu', 'no', '', 'not built in this version'],
      ]));
    });
}
