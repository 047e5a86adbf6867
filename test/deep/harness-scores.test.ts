// lm-evaluation-harness itself scores the sample model: with its hf class on the checkpoint, and with its local-completions
// client, unchanged, against `preclinical serve`. Both must give the committed numbers, which our own evaluation gives too.
import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { packageRoot } from '../../src/engine/parts/assets';
import { newToken, serveCheckpoint } from '../../src/engine/serve';
import { assertSameScores, committedScores, roomySampleModel, type HarnessScores } from '../unit/engine/evaluate/harness-scores';
import { referencePython } from './python';

/** Not `runScript`, which blocks the thread that serves. */
async function makeScores(args: readonly string[], environment: Readonly<Record<string, string>> = {}): Promise<HarnessScores['cases']> {
  const script = path.join(packageRoot, 'test', 'reference', 'make_scores.py');
  const env = { ...process.env, HF_HUB_OFFLINE: '1', ...environment };
  const { stdout } = await promisify(execFile)(referencePython(), [script, ...args], { env, maxBuffer: 1 << 26 });
  return (JSON.parse(stdout) as HarnessScores).cases;
}

describe('lm-evaluation-harness', () => {
  let model: ReturnType<typeof roomySampleModel>;
  before(() => { model = roomySampleModel(); });
  after(() => { model.remove(); });

  it('gives the committed scores with its hf class', async () => {
    assertSameScores(await makeScores([model.folder]), committedScores.cases);
  });

  for (const [batchSize, concurrent] of [[1, 1], [3, 4]] as const) {
    it(`gives them through preclinical serve with its local-completions client, ${batchSize} prompts a request and ${concurrent} requests at once`, async () => {
      const token = newToken();
      const server = await serveCheckpoint(model.folder, { token });
      try {
        assertSameScores(await makeScores([model.folder, `${server.baseUrl}/completions`, server.model.name, String(batchSize), String(concurrent)], { OPENAI_API_KEY: token }), committedScores.cases);
      } finally {
        await server.close();
      }
    });
  }
});
