// The Hugging Face Hub: models and data sets by id, in the cache the Python tools use.
export { parseHubReference, type HubReference } from './reference';
export { hubSettings, type HubSettings } from './settings';
export { repositoryOf } from './cache';
export { cachedSnapshot, downloadConfig, downloadSnapshot } from './snapshot';
export { cachedDataset, downloadDataset } from './dataset';
export { notCached } from './problems';
export { sparseProgress, type OnProgress } from './progress';
