// A checkpoint behind the OpenAI API.
export { newToken, serveCheckpoint, type ServedCheckpoint, type ServeOptions } from './server';
export { askHealth, type Health } from './health';
export { modelBytes } from './memory/model-bytes';
export { usualMemoryCap } from './memory/plan';
export type { ModelFacts } from './messages';
