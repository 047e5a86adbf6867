// A checkpoint behind the OpenAI API.
export { newToken, serveCheckpoint, type ServedCheckpoint, type ServeOptions } from './server';
export { askHealth, type Health } from './health';
export { usualMemoryCap } from './memory/plan';
export type { ModelFacts } from './messages';
