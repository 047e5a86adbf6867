// A model client that says what it is told and counts what it is asked: for what happens around the model.
import type { ModelClient } from '../../../../src/engine/client/client';
import type { ChatRequest } from '../../../../src/engine/client/wire';

export interface ScriptedClient extends ModelClient { readonly asked: ChatRequest[] }

/** @param say the answer to a request; may throw. */
export function scriptedClient(say: (request: ChatRequest, count: number) => string): ScriptedClient {
  const asked: ChatRequest[] = [];
  const refuse = (): never => { throw new Error('not asked for'); };
  return {
    baseUrl: 'http://127.0.0.1/v1', model: 'scripted', asked, models: refuse, complete: refuse, embed: refuse, streamChat: refuse, streamCompletion: refuse,
    async chat(request) {
      await Promise.resolve();
      const text = say(request, asked.length);
      asked.push(request);
      return { choices: [{ text, finishReason: 'stop' }], usage: undefined, model: undefined };
    },
  };
}
