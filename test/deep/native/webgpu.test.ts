// The webgpu backend on software Vulkan: parity with transformers, without one synchronous read.
import { openBackend } from '../../../src/engine/tensors';
import { testParity } from '../../engine/model/parity';
import { installPart } from './install';
import { testTraining } from './runs';

describe('the webgpu backend', function () {
  this.timeout(1_800_000);
  before(() => { installPart('webgpu'); });
  after(() => openBackend('wasm'));
  testParity('webgpu', ['mixtral-balanced', 'mixtral-skewed']);
  testTraining('webgpu', /WebGPU/, 12, 1e-4);
});
