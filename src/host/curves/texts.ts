// Words of the curves panel, which cannot ask the editor itself.
import * as vscode from 'vscode';
import type { CurvesTexts } from '../../protocol/panels/curves';

export function curvesTexts(): CurvesTexts {
  const { t } = vscode.l10n;
  return {
    states: {
      created: t('created'), queued: t('queued'), running: t('running'), paused: t('paused'), stopped: t('stopped'), done: t('done'),
      failed: t('failed'), lost: t('lost: its process is gone'), missing: t('its folder is gone'),
    },
    titles: {
      'train/loss': t('Training loss (nats per token)'), 'train/learningRate': t('Learning rate'), 'train/gradientNorm': t('Gradient norm'),
      'train/tokensPerSecond': t('Tokens per second'), 'neftune/noiseNorm': t('NEFTune noise norm'),
      'router/balanceLoss': t('Load-balance loss of the experts'), 'router/largestShare': t('Largest share of a layer\'s tokens at one expert'),
      'router/smallestEntropy': t('Evenness of the experts\' loads (1 even, 0 one expert)'),
    },
    heldoutLoss: t('Held-out loss: {0} (nats per token)'),
    heldoutDomainLoss: t('Held-out loss of the domain {0}, all its sets (nats per token)'),
    heldoutDomainBitsPerByte: t('Held-out bits per byte of the domain {0}, all its sets'),
    heldoutBitsPerByte: t('Held-out bits per byte: {0}'),
    xAxis: t('X axis'), tokens: t('Tokens'), steps: t('Steps'), time: t('Training time'),
    logarithmic: t('Log y axis'),
    smoothing: t('Smoothing'),
    smoothingHelp: t('Time-weighted moving average: a point counts w^(1000·distance/axis length), where w = min(√smoothing, 0.999). The line as measured stays faint behind it.'),
    chooseRuns: t('Choose Runs…'), resetZoom: t('Reset Zoom'), showTable: t('Table'), showChart: t('Chart'),
    runs: t('Runs'), run: t('Run'), raw: t('measured'),
    signatures: {
      'non-finite': t('Loss is no number'), 'loss-spike': t('Loss spike'), 'divergence': t('Divergence'), 'rewarming-bump': t('Re-warming, expected'),
      'overfitting': t('Overfitting'), 'forgetting': t('Forgetting'), 'router-collapse': t('Router collapse'), 'stalled-data': t('Stalled data'),
    },
    findings: t('Findings'), finding: t('{0} at step {1} of {2}: {3}.'), findingDocuments: t('Documents of its batch: {0}.'),
    findingDocumentsOfUpdates: t('Documents of updates {0} to {1}, those learnt from most often first: {2}.'),
    noRuns: t('No runs are chosen.'),
    noMetrics: t('These runs have measured nothing yet. Curves appear here as soon as training reports its first steps.'),
    chartKeys: t('Arrow left and right move the cursor, with Shift they pan; plus and minus zoom, 0 shows everything. Drag to zoom, double-click to reset.'),
  };
}
