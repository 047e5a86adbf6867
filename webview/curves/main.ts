// Entry of the curves panel.
import 'uplot/dist/uPlot.min.css';
import type { CurvesToHost, HostToCurves } from '../../src/protocol/panels/curves';
import { unpackRuns } from '../../src/protocol/panels/curves-block';
import { startPanel } from '../common/start';
import './curves.css';
import '../common/rows/virtual-table';
import './chart';
import { CurvesApp } from './app';
import { type KeptState, settingsFrom } from './settings';

startPanel<{ toHost: CurvesToHost; toPage: HostToCurves; state: KeptState }>((editor, kept) => {
  const app = new CurvesApp();
  app.editor = editor;
  app.settings = settingsFrom(kept?.settings);
  return { element: app, take: (snapshot) => { app.snapshot = { runs: unpackRuns(snapshot), texts: snapshot.texts }; } };
});
