// A panel whose page is the test: what the host would post comes here, and what the page would post is said here.
import * as vscode from 'vscode';

export class ScriptedPanel<ToHost, ToPage> {
  readonly #received = new vscode.EventEmitter<ToHost>();
  readonly #messages: ToPage[] = [];
  readonly #came = new vscode.EventEmitter<void>();
  readonly visible = true;
  readonly active = true;
  readonly viewColumn = vscode.ViewColumn.One;
  readonly onDidChangeViewState = new vscode.EventEmitter<unknown>().event;
  readonly webview = {
    options: {}, html: '', cspSource: 'test:', asWebviewUri: (uri: vscode.Uri) => uri, onDidReceiveMessage: this.#received.event,
    postMessage: (message: ToPage) => { this.#messages.push(message); this.#came.fire(); return Promise.resolve(true); },
  };

  constructor(public title: string) {}

  asWebviewPanel(): vscode.WebviewPanel {
    return this as unknown as vscode.WebviewPanel;
  }

  say(message: ToHost): void {
    this.#received.fire(message);
  }

  /** The first message, past or to come, for which the condition holds; those before it are forgotten. */
  messageWhere<M extends ToPage>(holds: (message: ToPage) => message is M): Promise<M> {
    return new Promise((resolve) => {
      const look = (): void => {
        const found = this.#messages.find(holds);
        if (!found) return;
        listening.dispose();
        this.#messages.length = 0;
        resolve(found);
      };
      const listening = this.#came.event(look);
      look();
    });
  }
}
