// Which backend `auto` means on which machine, and what a run's file and its checkpoint say against it.
import assert from 'node:assert/strict';
import { chooseBackend, decideBackend } from '../../../../src/engine/tensors/backends/choice';

describe('the backend of a run', () => {
  const gpu = { hasNvidiaGpu: true };
  const cases: readonly (readonly [Parameters<typeof decideBackend>[0], string, RegExp])[] = [
    [{ hasNvidiaGpu: false, tensorflow: undefined }, 'wasm', /no NVIDIA GPU/],
    [{ hasNvidiaGpu: false, tensorflow: 'built against tensorflow 2.20.0 with CUDA' }, 'wasm', /no NVIDIA GPU/],
    [{ ...gpu, tensorflow: undefined }, 'wasm', /not installed \(preclinical doctor --install tensorflow\)/],
    [{ ...gpu, tensorflow: 'built against tensorflow-cpu 2.20.0' }, 'wasm', /without CUDA/],
    [{ ...gpu, tensorflow: 'built against tensorflow 2.20.0 with CUDA' }, 'tensorflow', /there is an NVIDIA GPU/],
    [{ ...gpu, tensorflow: 'prebuilt addon' }, 'tensorflow', /there is an NVIDIA GPU/],
  ];
  for (const [facts, name, why] of cases) {
    it(`is ${name} with ${facts.hasNvidiaGpu ? 'a' : 'no'} GPU and the part tensorflow ${facts.tensorflow ?? 'not installed'}`, () => {
      const choice = decideBackend(facts);
      assert.equal(choice.name, name);
      assert.match(choice.why, why);
    });
  }

  it('is what its file says, and when that says nothing what its checkpoint was trained on', () => {
    assert.deepEqual(chooseBackend('cpu', 'wasm'), { name: 'cpu', why: 'the run file says so' });
    assert.deepEqual(chooseBackend('auto', 'webgpu'), { name: 'webgpu', why: 'the run began on it' });
  });
});
