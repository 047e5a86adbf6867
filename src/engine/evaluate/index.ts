// Evaluation by likelihood: tasks, scoring, results in lm-evaluation-harness's layout.
export { evaluateTasks, type EvaluateOptions, type EvaluationResults, type ItemResult, type TaskResults } from './evaluate';
export { prepareItems, type Item, type PreparedItems } from './items';
export type { ChatMessage } from './prompt/messages';
export type { ChatSettings, PromptSettings } from './prompt/settings';
export { writeHarnessTasks } from './harness/write-tasks';
export { writeResults } from './results/write';
export { metricNames, type MetricName } from './task/schema';
export { knownTaskFile, knownTaskNames } from './task/find';
export { loadTasks, type TaskGroup, type TaskSet } from './task/group';
export { loadTask, type Task } from './task/task';
