// What every panel does first: takes the editor, makes its one element, hears the host, and says that it is ready.
import './controls.css';
import { registerControls } from './toolkit';
import { acquireEditor, type EditorApi, onHostMessage } from './vscode-api';

/** What a panel says and hears, and what it leaves with the editor. */
export interface PanelTypes { readonly toHost: { readonly type: string }; readonly toPage: unknown; readonly state: unknown }

export interface StartedPanel<P extends PanelTypes> { readonly element: HTMLElement; readonly take: (message: P['toPage']) => void }

/** The element is made once controls are there, knowing what the panel left with the editor before it was hidden or reloaded. */
export function startPanel<P extends PanelTypes>(make: (editor: EditorApi<P['toHost'] | { readonly type: 'ready' }, P['state']>, kept: P['state'] | undefined) => StartedPanel<P>): void {
  registerControls();
  const editor = acquireEditor<P['toHost'] | { readonly type: 'ready' }, P['state']>();
  const { element, take } = make(editor, editor.getState());
  document.body.append(element);
  onHostMessage(take);
  editor.postMessage({ type: 'ready' });
}
