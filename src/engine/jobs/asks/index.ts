// Inline asking: one question to one model with the prompt of a .cot file.
export { answerAsk, type AskOptions } from './answer';
export { runAskSession, type SessionOptions } from './session';
export { defaultIdleMs } from './shared-server';
