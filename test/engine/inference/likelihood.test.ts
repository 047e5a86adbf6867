// Scores of continuations: batched, shared and truncated passes give what one plain pass for each request gives.
import assert from 'node:assert/strict';
import { Stopped, UserError } from '../../../src/base/errors/problem';
import { createLikelihoodModel, type LikelihoodRequest, type LikelihoodResult, type LoadedCheckpoint } from '../../../src/engine/inference';
import { plainRows } from '../../../src/engine/model';
import { memory, tidy } from '../../../src/engine/tensors';
import { makeCheckpoint } from './checkpoint';

const questions = ['Which of the following is the answer?', 'The patient was given', 'A', 'Aspirin: the patient. '.repeat(6), 'Die Antwort für ü:'];
const requests: readonly LikelihoodRequest[] = [
  ...questions.flatMap((context) => [' A', ' B', ' C', ' D', ' the answer is B.'].map((continuation) => ({ context, continuation }))),
  { context: '', continuation: 'The answer' },
  { context: 'Answer: ', continuation: 'yes' },
];

for (const backend of ['wasm', 'cpu'] as const) {
  for (const slidingWindow of [null, 7]) {
    describe(`likelihoods on ${backend}, ${slidingWindow === null ? 'without a window' : `window ${slidingWindow}`}`, () => {
      let checkpoint: LoadedCheckpoint;
      before(async () => { checkpoint = await makeCheckpoint(backend, { slidingWindow }); });
      after(() => { checkpoint.model.dispose(); });

      /** Log-softmax in doubles over the logits of one unpadded pass. */
      function plainly(context: readonly number[], continuation: readonly number[]): LikelihoodResult {
        const { model } = checkpoint;
        const V = model.config.vocabularySize;
        const input = [...context, ...continuation].slice(-(model.config.maxPositions + 1), -1);
        const logits = tidy(() => model.logits(model.hidden(plainRows([input]))).dataSync());
        let logLikelihood = 0;
        let isGreedy = true;
        continuation.forEach((id, i) => {
          const row = [...logits.slice((input.length - continuation.length + i) * V, (input.length - continuation.length + i + 1) * V)];
          const largest = Math.max(...row);
          logLikelihood += row[id]! - largest - Math.log(row.reduce((sum, logit) => sum + Math.exp(logit - largest), 0));
          isGreedy &&= row.indexOf(largest) === id;
        });
        return { logLikelihood, isGreedy, tokens: continuation.length };
      }

      function assertClose(found: LikelihoodResult, expected: LikelihoodResult, what: string): void {
        // Sums of some f32 log-probabilities of up to about 20 nats; batching changes only the order of additions.
        assert.ok(Math.abs(found.logLikelihood - expected.logLikelihood) < 1e-5 * Math.max(1, -expected.logLikelihood), `${what}: ${found.logLikelihood} instead of ${expected.logLikelihood}`);
        assert.equal(found.isGreedy, expected.isGreedy, what);
        assert.equal(found.tokens, expected.tokens, what);
      }

      it('come in the order of the requests, as one by one and as plainly computed', async () => {
        const scorer = createLikelihoodModel(checkpoint);
        const together = await scorer.logLikelihood(requests);
        const { tokenizer } = checkpoint;
        for (const [index, request] of requests.entries()) {
          const what = JSON.stringify(request);
          assertClose((await scorer.logLikelihood([request]))[0]!, together[index]!, what);
          const context = request.context.trimEnd();
          const whole = tokenizer.encode(request.context + request.continuation);
          const before = context === '' ? [] : tokenizer.encode(context);
          assertClose(together[index]!, plainly(before.length === 0 ? [tokenizer.endId] : before, whole.slice(before.length)), what);
        }
      });

      it('of what the model would say are greedy', async () => {
        const { model, tokenizer } = checkpoint;
        const V = model.config.vocabularySize;
        let found = 0;
        for (const context of questions.map((question) => question.trimEnd())) {
          const ids = tokenizer.encode(context);
          const logits = tidy(() => model.logits(model.hidden(plainRows([ids]))).dataSync()).slice(-V);
          const best = logits.indexOf(Math.max(...logits));
          const continuation = tokenizer.decode([best]);
          if (tokenizer.encode(context + continuation).join() !== [...ids, best].join()) continue;
          const [result] = await createLikelihoodModel(checkpoint).logLikelihood([{ context, continuation }]);
          assert.equal(result!.isGreedy, true, JSON.stringify({ context, continuation }));
          found += 1;
        }
        assert.ok(found > 0, 'no context whose best token is encoded as itself');
      });

      it('are told as they come, each once, and leave no tensor behind', async () => {
        const before = memory().numTensors;
        const told = new Map<number, LikelihoodResult>();
        const results = await createLikelihoodModel(checkpoint).logLikelihood(requests, {
          onDone: (index, result) => { assert.ok(!told.has(index)); told.set(index, result); },
        });
        assert.deepEqual([...told.keys()].sort((a, b) => a - b).map((index) => told.get(index)), results);
        assert.equal(memory().numTensors, before);
      });

      // On the fast backend only: it takes seconds on the other, and does not depend on which.
      if (backend === 'wasm') it('stop on a signal between batches', async () => {
        const controller = new AbortController();
        // More than one batch holds: the first is told, then the signal is up.
        const many = Array.from({ length: 100 }, (_, i) => ({ context: `${'The patient was given aspirin. '.repeat(8)}${i}`, continuation: ' A' }));
        let done = 0;
        const scoring = createLikelihoodModel(checkpoint).logLikelihood(many, { signal: controller.signal, onDone: () => { done += 1; controller.abort(); } });
        await assert.rejects(scoring, Stopped);
        assert.ok(done > 0 && done < many.length);
      });

      it('refuse a continuation longer than the model', async () => {
        await assert.rejects(createLikelihoodModel(checkpoint).logLikelihood([{ context: 'A', continuation: 'x1'.repeat(60) }]), UserError);
      });
    });
  }
}
