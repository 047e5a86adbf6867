// Entry of the results panel.
import '../common/controls.css';
import './results.css';
import type { HostToResults, ResultsToHost } from '../../src/protocol/panels/results';
import { registerControls } from '../common/toolkit';
import { acquireEditor, onHostMessage } from '../common/vscode-api';
import './grid';
import { ResultsApp } from './app';
import { type KeptState, settingsFrom } from './settings';

registerControls();
const editor = acquireEditor<ResultsToHost, KeptState>();
const app = new ResultsApp();
app.editor = editor;
app.settings = settingsFrom(editor.getState()?.settings);
document.body.append(app);
onHostMessage((data) => { app.take(data as HostToResults); });
editor.postMessage({ type: 'ready' });
