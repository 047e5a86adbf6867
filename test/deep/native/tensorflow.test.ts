// The tensorflow backend, as `doctor --install` makes it on this machine: parity with transformers, operations against the reference, jobs.
import { openBackend } from '../../../src/engine/tensors';
import { testParity } from '../../engine/model/parity';
import { testAdapters } from '../../engine/train/adapters';
import { installPart } from './install';
import { testOperations } from './operations';
import { testTraining } from './runs';

describe('the tensorflow backend', function () {
  this.timeout(1_800_000);
  before(() => { installPart('tensorflow'); });
  after(() => openBackend('wasm'));
  testParity('tensorflow');
  testAdapters('tensorflow');
  testOperations('tensorflow');
  testTraining('tensorflow', process.env['PRECLINICAL_EXPECT_GPU'] === undefined ? /TensorFlow/ : /^GPU \(TensorFlow/, 60, 1e-4);
});
