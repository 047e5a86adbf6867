// The models that other extensions give the editor (vscode.lm), for the bridge. There may be none, and they may come and go.
import * as vscode from 'vscode';
import type { ChatMessage } from '../../documents/cot/roles';
import type { ChatModel, ModelOptions } from './bridge/chat-model';
import { BridgeError } from './bridge/error';

export async function listEditorModels(): Promise<ChatModel[]> {
  return (await vscode.lm.selectChatModels()).map(toChatModel);
}

export function toChatModel(model: vscode.LanguageModelChat): ChatModel {
  return {
    id: `${model.vendor}/${model.id}`,
    name: model.name,
    answer: (messages, options, signal) => answer(model, messages, options, signal),
  };
}

async function* answer(model: vscode.LanguageModelChat, messages: readonly ChatMessage[], options: ModelOptions, signal: AbortSignal): AsyncGenerator<string> {
  const cancel = new vscode.CancellationTokenSource();
  const abort = (): void => { cancel.cancel(); };
  signal.addEventListener('abort', abort, { once: true });
  if (signal.aborted) abort();
  try {
    const response = await model.sendRequest(messages.map(toEditorMessage), {
      justification: vscode.l10n.t('To put the questions of a prompt experiment to this model.'), modelOptions: { ...options },
    }, cancel.token);
    yield* response.text;
  } catch (error) {
    throw toRefusal(error);
  } finally {
    signal.removeEventListener('abort', abort);
    // Also when the reader left the loop: the model need not go on.
    cancel.cancel();
    cancel.dispose();
  }
}

/** The interface has no system role; what it says stands first, as a message of the user's. */
function toEditorMessage({ role, content }: ChatMessage): vscode.LanguageModelChatMessage {
  return role === 'assistant' ? vscode.LanguageModelChatMessage.Assistant(content) : vscode.LanguageModelChatMessage.User(content);
}

function toRefusal(error: unknown): BridgeError {
  const message = error instanceof Error ? error.message : String(error);
  if (!(error instanceof vscode.LanguageModelError)) return new BridgeError(502, 'model_error', `The model failed: ${message}`);
  switch (error.code) {
    case 'NoPermissions': return new BridgeError(403, 'no_permissions', `The editor does not let Preclinical use this model: ${message}`);
    case 'Blocked': return new BridgeError(429, 'blocked', `The model takes no requests now, such as when a quota is used up: ${message}`);
    case 'NotFound': return new BridgeError(404, 'model_not_found', `The editor has this model no more: ${message}`, 'model');
    default: return new BridgeError(502, 'model_error', `The model failed: ${error.cause instanceof Error ? error.cause.message : message}`);
  }
}
