// A checkpoint behind the OpenAI API.
export { newToken, serveCheckpoint, type ServedCheckpoint, type ServeOptions } from './server';
export type { ModelFacts } from './messages';
