// Configurations for Axolotl held against the JSON schema of its own models (test/reference/make_axolotl_schema.py).
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parse, stringify } from 'yaml';
import { z } from 'zod';
import { parseRun } from '../../../../src/documents/run/parse';
import type { Run } from '../../../../src/documents/run/schema';
import { axolotlConfig, axolotlRows, refuseUnknownSettings, engineOf, engines, writeLaunchScript } from '../../../../src/engine/scaleout';

interface Schema { readonly $comment: string; readonly properties: Readonly<Record<string, unknown>> }
const schema = JSON.parse(readFileSync(path.join(process.env['PRECLINICAL_ROOT'] ?? process.cwd(), 'test/fixtures/scaleout/axolotl-schema.json'), 'utf8')) as Schema;

function runOf(extra: string): Run {
  const { document, problems } = parseRun(`name: r\nstage: pretrain\nbase: b\ndata: m.mix.yaml\nengine: axolotl\nbatchSize: 8\noptimiser: { learningRate: 0.001 }\n${extra}`, 'r.run.yaml');
  assert.ok(document, problems.map(({ message }) => message).join('; '));
  return document;
}
const facts = { totalSteps: 9, base: '../base', heldOut: ['clinical'], heldOutEvery: 3, onGpu: false, adapter: 'adapter', sharding: 'none', family: 'mistral' } as const;
const kinds = ['', 'neftune: { alpha: 10 }\n', 'lora: { rank: 8, rankStabilised: true }\n', 'recomputeActivations: true\nscaleout: { processes: 4, precision: bfloat16, attention: flash_attention_2 }\n', 'optimiser: { learningRate: 0.001, clipNorm: null }\n'];
const all = kinds.map((extra) => ({ ...facts, run: runOf(extra.startsWith('optimiser') ? '' : extra) }));
const sharded = [
  { ...facts, run: runOf('scaleout: { processes: 4 }\nlora: { quantisation: nf4 }\n') },
  { ...facts, run: runOf('scaleout: { processes: 4 }\nlora: {}\n'), sharding: 'fsdp' as const },
  { ...facts, run: runOf('scaleout: { processes: 4 }\n'), sharding: 'zero3' as const },
];
const configs = [...all, ...sharded].map((one) => parse(stringify(axolotlConfig(one, 49), { version: '1.1' }), { version: '1.1' }) as Record<string, unknown>);

describe('a configuration for Axolotl', () => {
  it('is valid by the schema of Axolotl, and names no key it does not have', () => {
    assert.match(schema.$comment, /Axolotl \d+\.\d+\.\d+, Apache-2\.0/);
    const valid = z.fromJSONSchema(schema as unknown as Parameters<typeof z.fromJSONSchema>[0]);
    for (const config of configs) {
      assert.deepEqual(valid.safeParse(config).error?.issues, undefined);
      assert.deepEqual(Object.keys(config).filter((key) => !(key in schema.properties)), []);
    }
    assert.equal(valid.safeParse({ ...configs[0], micro_batch_size: 'many' }).success, false, 'the schema does refuse');
  });

  it('has the values of the run, packs nothing itself, and lets nothing leave the machine', () => {
    const [plain, noisy, adapter, shared] = configs;
    assert.deepEqual(
      ['micro_batch_size', 'max_steps', 'adam_beta2', 'sample_packing', 'curriculum_sampling', 'use_wandb', 'trust_remote_code', 'sequence_len'].map((key) => plain![key]),
      [8, 9, 0.95, false, true, false, false, 49],
    );
    assert.deepEqual([plain!['neftune_noise_alpha'], noisy!['neftune_noise_alpha']], [undefined, 10]);
    assert.deepEqual(['adapter', 'lora_r', 'lora_model_dir', 'peft_use_rslora'].map((key) => adapter![key]), ['lora', 8, 'adapter', true]);
    assert.deepEqual(['micro_batch_size', 'bf16', 'gradient_checkpointing', 'attn_implementation'].map((key) => shared![key]), [2, true, true, 'flash_attention_2']);
    assert.deepEqual(axolotlRows({ ...facts, run: runOf('') }, 7), {
      rows: 'rows.parquet', order: 'order.int32', learning_rates: 'learning-rates.float64', pad_id: 7, held_out: ['clinical'], held_out_every: 3, checkpoint_every_steps: 0, checkpoint_every_minutes: 5,
    });
  });

  it('goes to an Axolotl that knows its keys, started by torchrun with telemetry off', () => {
    const python = { interpreter: 'py', because: 'PATH', python: '3.11', executable: 'py', packages: { axolotl: '0.4.0' }, gpus: [], gpuBytes: [], freeBytes: 1, axolotlSettings: ['base_model'] };
    assert.throws(() => { refuseUnknownSettings(configs[0]!, [], python, engines.axolotl); }, /py has a axolotl that does not know tokenizer_config.*axolotl 0\.4\.0/);
    assert.doesNotThrow(() => { refuseUnknownSettings(configs[0]!, [], { ...python, axolotlSettings: Object.keys(schema.properties) }, engines.axolotl); });
    const script = writeLaunchScript({ interpreter: 'py', prefix: [], prologue: [], nodes: 1, processes: 2, threadsOfProcess: 1, entry: engineOf(runOf('')).entry });
    assert.match(script, /py -m torch\.distributed\.run --standalone --nproc-per-node 2 -m axolotl\.cli\.train axolotl\.yaml "\$@"/);
    for (const setting of ['AXOLOTL_DO_NOT_TRACK=1', 'DO_NOT_TRACK=1', 'HF_HUB_OFFLINE=1', 'WANDB_MODE=disabled', 'HF_HUB_DISABLE_TELEMETRY=1']) assert.match(script, new RegExp(`^export ${setting}$`, 'm'));
  });
});
