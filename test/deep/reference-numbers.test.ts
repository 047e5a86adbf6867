// The committed reference numbers are what the committed scripts make, run live with transformers, PEFT, TRL,
// lm-evaluation-harness, scipy, datatrove and the Rust tokenizers.
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { packageRoot } from '../../src/engine/parts/assets';
import { saveReferenceTokenizer } from '../engine/tokenizer/reference-tokenizer';
import { datatrovePython, runScript, runScriptWith } from './python';
import { assertSameFiles, type Differing } from './same-files';

const fixtures = (...names: string[]): string => path.join(packageRoot, 'test', 'fixtures', ...names);

/** `part`: the committed folder holds what other scripts make as well. */
const scripts: Readonly<Record<string, Differing & { readonly committed: string; readonly part?: boolean }>> = {
  'make_models.py': { committed: fixtures('model'), part: true },
  'make_rope.py': { committed: fixtures('model', 'rope') },
  'make_tokenizers.py': { committed: fixtures('tokenizer') },
  'make_training.py': { committed: fixtures('training'), part: true },
  'make_lora.py': { committed: fixtures('training'), part: true, sets: ['target_modules', 'target_parameters'] },
  'make_balance.py': { committed: fixtures('training'), part: true },
  'make_loss_masks.py': { committed: fixtures('training'), part: true },
  'make_random.py': { committed: fixtures('math') },
  'make_statistics.py': { committed: fixtures('evaluate'), part: true },
  'make_harness.py': { committed: fixtures('evaluate'), part: true, keys: ['total_evaluation_time_seconds'] },
  'make_multimedqa.py': { committed: fixtures('evaluate', 'multimedqa') },
};

describe('committed reference numbers are what their scripts make', () => {
  let folder: string;
  beforeEach(() => { folder = mkdtempSync(path.join(tmpdir(), 'reference-')); });
  afterEach(() => { rmSync(folder, { recursive: true }); });

  for (const [script, { committed, part = false, ...differing }] of Object.entries(scripts)) {
    it(script, async () => {
      runScript(script, folder);
      await assertSameFiles(folder, committed, { whole: !part, ...differing });
    });
  }

  it('make_filters.py, with datatrove', async () => {
    runScriptWith(datatrovePython(), 'make_filters.py', folder);
    await assertSameFiles(folder, fixtures('data'), { whole: false });
  });

  it('make_tokenizer.py', async () => {
    const [tokenizer, made] = [path.join(folder, 'tokenizer'), path.join(folder, 'made')];
    await saveReferenceTokenizer(tokenizer);
    mkdirSync(made);
    runScript('make_tokenizer.py', tokenizer, made);
    await assertSameFiles(made, path.join(packageRoot, 'test', 'reference'), { whole: false });
  });
});
