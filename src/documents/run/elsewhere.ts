// What a run file must agree on about who trains: the embedded engine, or another that it is handed to.
import type { Problem } from '../../base/errors/problem';
import { processesOf, scaleoutOf, trainsElsewhere, type Run } from './schema';

export function checkElsewhere(run: Run, file: string): Problem[] {
  const problems: Problem[] = [];
  if (!trainsElsewhere(run) && run.scaleout !== undefined) {
    problems.push({
      code: 'run-scaleout-without-engine', severity: 'error', file, key: 'scaleout',
      message: 'the embedded engine takes none of this', next: 'Set engine to trl or axolotl, or remove it.',
    });
  }
  if (!trainsElsewhere(run) && run.lora?.quantisation !== undefined) {
    problems.push({
      code: 'run-quantisation-embedded', severity: 'error', file, key: 'lora.quantisation', value: run.lora.quantisation,
      message: 'the embedded engine keeps its weights in float32', next: 'Set engine to trl or axolotl, or remove it.',
    });
  }
  const { sharding } = scaleoutOf(run);
  if (trainsElsewhere(run) && run.lora?.quantisation !== undefined && (sharding === 'zero3' || sharding === 'fsdp')) {
    problems.push({
      code: 'run-quantisation-sharded', severity: 'error', file, key: 'scaleout.sharding', value: sharding,
      message: 'frozen weights in 4 bits are not shared out between processes', next: 'Use none, zero1 or zero2, or remove lora.quantisation.',
    });
  }
  if (trainsElsewhere(run) && processesOf(scaleoutOf(run)) === 1 && !['auto', 'none'].includes(scaleoutOf(run).sharding)) {
    problems.push({
      code: 'run-sharding-of-one', severity: 'error', file, key: 'scaleout.sharding', value: scaleoutOf(run).sharding,
      message: 'one process has nobody to share with', next: 'Raise scaleout.processes or scaleout.slurm.nodes, or remove it.',
    });
  }
  if (trainsElsewhere(run) && run.checkpoints.keepBest !== undefined) {
    problems.push({
      code: 'run-keep-best-elsewhere', severity: 'error', file, key: 'checkpoints.keepBest', value: run.checkpoints.keepBest,
      message: `only the embedded engine keeps the best checkpoint, and engine is ${run.engine ?? ''}`, next: 'Remove it; keep and keepEverySteps work with every engine.',
    });
  }
  return problems;
}
