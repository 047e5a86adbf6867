// A thread beside the main one: its own instance of the kernels over the same memory, asleep while there is nothing to do.
// It ends with its process, or when it is terminated.
import { workerData } from 'node:worker_threads';
import { instantiateKernels } from '../instantiate';
import { awaitTask, numberedKernels, workOff } from './tasks';
import type { TeamMember } from './team';

const { module, memory, tasks, thread } = workerData as TeamMember;
const kernels = numberedKernels(instantiateKernels(module, memory));
for (;;) {
  awaitTask(tasks);
  workOff(tasks, kernels, thread);
}
