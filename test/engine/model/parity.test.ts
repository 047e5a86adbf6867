// Parity with transformers on the two backends that need nothing installed.
import { testParity } from './parity';

testParity('wasm');
testParity('cpu');
