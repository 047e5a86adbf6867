// Refusals of the bridge, in the form that clients of the OpenAI API read.

export class BridgeError extends Error {
  constructor(readonly status: number, readonly code: string, message: string, readonly param?: string) {
    super(message);
  }
}

export function errorBody({ status, code, message, param }: BridgeError): object {
  const type = status === 401 || status === 403 ? 'authentication_error' : status === 429 ? 'rate_limit_error' : status >= 500 ? 'server_error' : 'invalid_request_error';
  return { error: { message, type, param: param ?? null, code } };
}

export function toBridgeError(error: unknown): BridgeError {
  return error instanceof BridgeError ? error : new BridgeError(502, 'model_error', `The model failed: ${error instanceof Error ? error.message : String(error)}`);
}
