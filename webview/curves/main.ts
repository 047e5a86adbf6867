// Entry of the curves panel.
import 'uplot/dist/uPlot.min.css';
import '../common/controls.css';
import './curves.css';
import type { CurvesToHost, HostToCurves } from '../../src/protocol/panels/curves';
import { unpackRuns } from '../../src/protocol/panels/curves-block';
import { registerControls } from '../common/toolkit';
import '../common/virtual-table';
import { acquireEditor, onHostMessage } from '../common/vscode-api';
import './chart';
import { CurvesApp } from './app';
import { type KeptState, settingsFrom } from './settings';

registerControls();
const editor = acquireEditor<CurvesToHost, KeptState>();
const app = new CurvesApp();
app.editor = editor;
app.settings = settingsFrom(editor.getState()?.settings);
document.body.append(app);
onHostMessage((message) => {
  const snapshot = message as HostToCurves;
  app.snapshot = { runs: unpackRuns(snapshot), texts: snapshot.texts };
});
editor.postMessage({ type: 'ready' });
