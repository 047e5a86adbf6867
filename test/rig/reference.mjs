// The Python environment of the packages that this program is held against, which the trainers of tests run in too.
import path from 'node:path';
import { pythonEnvironment } from './python-environment.mjs';

/**
 * Its interpreter: that of PRECLINICAL_REFERENCE_PYTHON, else of the environment of test/reference/requirements.lock,
 * which is made when there is none. `root`: folder of the project.
 */
export function installReference(root = path.resolve(import.meta.dirname, '../..')) {
  const given = process.env.PRECLINICAL_REFERENCE_PYTHON;
  if (given !== undefined && given !== '') return given;
  const lock = path.join(root, 'test', 'reference', 'requirements.lock');
  return pythonEnvironment({ lock, imports: ['torch', 'transformers', 'peft', 'trl', 'lm_eval', 'statsmodels', 'gguf'] });
}
