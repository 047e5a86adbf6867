import assert from 'node:assert/strict';
import fc from 'fast-check';
import { Stopped, UserError } from '../../../../src/base/errors/problem';
import { fitSequences, keyValueBytesPerToken } from '../../../../src/engine/inference/llama/memory';
import { HttpError } from '../../../../src/engine/serve/http-error';
import { ByteGate } from '../../../../src/engine/serve/memory/byte-gate';
import { BodyRoom } from '../../../../src/engine/serve/memory/guard';
import { planMemory } from '../../../../src/engine/serve/memory/plan';

const mebibyte = 2 ** 20;
const never = new AbortController().signal;

describe('the memory of a server', () => {
  it('is shared out so that the parts are within the cap, or too little is told', () => {
    const bytes = fc.integer({ min: 0, max: 2 ** 35 });
    fc.assert(fc.property(bytes, bytes, fc.integer({ min: 0, max: 2 ** 28 }), fc.integer({ min: 64, max: 2 ** 21 }), fc.integer({ min: 1, max: 2 ** 17 }), (capBytes, heldBytes, passBytes, bytesPerToken, maxPositions) => {
      let plan;
      try {
        plan = planMemory({ capBytes, heldBytes, passBytes, bytesPerToken, maxPositions });
      } catch (error) {
        assert.ok(error instanceof UserError && error.problems[0]!.code === 'serve-memory');
        return;
      }
      assert.ok(heldBytes + passBytes + plan.keyValueBytes + plan.prefixBytes + plan.answerBytes < capBytes);
      assert.ok(plan.contextLength <= maxPositions && plan.contextLength >= Math.min(128, maxPositions));
      assert.ok(plan.contextLength * plan.bytesPerToken <= plan.keyValueBytes);
    }));
  });

  it('shortens the context of a model whose sequences do not fit, and leaves that of one whose do', () => {
    const needs = { capBytes: 1024 * mebibyte, heldBytes: 300 * mebibyte, passBytes: 64 * mebibyte, maxPositions: 32_768 };
    assert.equal(planMemory({ ...needs, bytesPerToken: 256 }).contextLength, 32_768);
    const { contextLength } = planMemory({ ...needs, bytesPerToken: 2 ** 17 });
    assert.ok(contextLength > 1000 && contextLength < 2000, String(contextLength));
  });

  it('gives a GGUF file fewer sequences before shorter ones', () => {
    const metadata = { general: { architecture: 'llama' }, llama: { block_count: 32, embedding_length: 4096, attention: { head_count: 32, head_count_kv: 8 } } };
    assert.equal(keyValueBytesPerToken(metadata), 32 * 2 * 8 * 128 * 2);
    const wanted = { sequences: 4, contextLength: 4096 };
    const fit = (megabytes: number): ReturnType<typeof fitSequences> => fitSequences(metadata, wanted, { capBytes: megabytes * mebibyte, heldBytes: 1000 * mebibyte, file: 'a.gguf' });
    assert.deepEqual(fit(4000), wanted);
    assert.deepEqual(fit(2400), { sequences: 2, contextLength: 4096 });
    assert.deepEqual(fit(1400), { sequences: 1, contextLength: 640 });
    assert.throws(() => fit(1330), (error) => error instanceof UserError && /--memory/.test(error.problems[0]!.next ?? ''));
    assert.equal(keyValueBytesPerToken({}), 2 ** 19);
  });

  it('of bodies that wait is refused with 503 when it is full', () => {
    const room = new BodyRoom(10);
    room.take(10);
    assert.throws(() => { room.take(1); }, (error) => error instanceof HttpError && error.status === 503 && error.headers['retry-after'] === '1');
    room.giveBack(10);
    room.take(10);
  });
});

describe('ByteGate', () => {
  it('never lends more than there is, lets nobody overtake, and ends with all of it', async () => {
    await fc.assert(fc.asyncProperty(fc.array(fc.record({ bytes: fc.integer({ min: 0, max: 10 }), turns: fc.integer({ min: 0, max: 3 }), aborts: fc.boolean() }), { maxLength: 20 }), async (takers) => {
      const gate = new ByteGate(10);
      let held = 0;
      const order: number[] = [];
      await Promise.all(takers.map(async ({ bytes, turns, aborts }, index) => {
        const controller = new AbortController();
        const taking = gate.take(bytes, controller.signal);
        if (aborts) controller.abort();
        const giveBack = await taking.catch((error: unknown) => { assert.ok(error instanceof Stopped); });
        if (!giveBack) return;
        order.push(index);
        held += bytes;
        assert.ok(held <= 10);
        for (let turn = 0; turn < turns; turn++) await Promise.resolve();
        held -= bytes;
        giveBack();
        giveBack();
      }));
      assert.deepEqual(order, [...order].sort((a, b) => a - b));
      (await gate.take(10, never))();
    }));
  });

  it('is an error when more is asked for than there will ever be', async () => {
    await assert.rejects(new ByteGate(10).take(11, never));
  });
});
