// The model client and what decides where texts may go.
export { createClient, type Answer, type CallOptions, type ChatRequest, type Choice, type ClientOptions, type CompletionRequest, type Embeddings, type ModelClient, type StreamOptions, type StreamPart, type TokenLogprobs, type Usage } from './client';
export { assertEgress, isLoopback, parseBaseUrl, type EgressFacts } from './endpoint';
export { systemClock, type Clock } from './retry';
export { AnswerCache, cachedClient, defaultRetentionDays, type CacheContent } from './cache';
export { exchange, textOf } from './http';
export { httpLikelihoodModel } from './likelihood';
export { inParallel } from './parallel';
