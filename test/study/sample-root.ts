// Where this lane's sample workspace is.
import path from 'node:path';
import { packageRoot } from './run-cli';

export const sampleRoot = path.join(packageRoot, 'dist', 'test', 'sample-workspace');
