// The editor, as a panel sees it: messages both ways and a small state that outlives the page.

export interface EditorApi<ToHost, State> {
  postMessage(message: ToHost): void;
  getState(): State | undefined;
  setState(state: State): void;
}

declare function acquireVsCodeApi(): unknown;

/** May be called once a page, as the editor demands. */
export function acquireEditor<ToHost, State>(): EditorApi<ToHost, State> {
  return acquireVsCodeApi() as EditorApi<ToHost, State>;
}

/** Messages of the host. Its own origin is the page's parent, so nobody else can send here. */
export function onHostMessage(take: (message: unknown) => void): void {
  window.addEventListener('message', (event) => { take(event.data); });
}
