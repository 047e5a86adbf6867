// Paths as job files keep them.
export { fromStoredPath, toStoredPath } from '../../../runs/stored-path';
