import assert from 'node:assert/strict';
import { cotSchema } from '../../../../src/documents/cot/schema';
import { embeddingServer } from '../../../../src/host/prompts/embeddings';

describe('embeddingServer', () => {
  it('is the one a file names, where a strategy needs vectors', () => {
    const of = (strategy: string, more: object): ReturnType<typeof embeddingServer> => embeddingServer(cotSchema.parse({ name: 'a', questions: 'q.jsonl', strategies: [strategy], exemplars: { file: 's.jsonl', ...more } }));
    const server = { similarity: 'embeddings', embeddingModel: 'm', embeddingEndpoint: 'http://h:1/v1' };
    assert.deepEqual(of('medprompt', { ...server, embeddingKeyVariable: 'KEY' }), { address: 'http://h:1/v1', keyVariable: 'KEY' });
    assert.deepEqual(of('knn-few-shot', server), { address: 'http://h:1/v1' });
    assert.equal(of('few-shot', server), undefined);
    assert.equal(of('knn-few-shot', { ...server, similarity: 'tf-idf' }), undefined);
    assert.equal(of('knn-few-shot', { similarity: 'embeddings', embeddingModel: 'm' }), undefined);
  });
});
