import assert from 'node:assert/strict';
import { parseRun } from '../../../../src/documents/run/parse';
import type { Run, Sharding } from '../../../../src/documents/run/schema';
import { chooseShardingOf, type ShardingQuestion } from '../../../../src/engine/jobs/scaleout/sharding';
import type { ModelConfig } from '../../../../src/engine/model';
import { axolotlConfig, engines, shardingFiles, trlConfig, type PythonFound } from '../../../../src/engine/scaleout';
import type { DataPlan } from '../../../../src/engine/train';

function parsed(extra: string): ReturnType<typeof parseRun> {
  return parseRun(`name: r\nstage: pretrain\nbase: b\ndata: m.mix.yaml\nengine: trl\nbatchSize: 8\noptimiser: { learningRate: 0.001 }\n${extra}`, 'r.run.yaml');
}
function runOf(extra: string): Run {
  const { document, problems } = parsed(extra);
  assert.ok(document, problems.map(({ message }) => message).join('; '));
  return document;
}
const facts = (run: Run, sharding: Sharding): Parameters<typeof trlConfig>[0] =>
  ({ run, totalSteps: 9, base: '../base', heldOut: [], heldOutEvery: 3, onGpu: true, adapter: 'adapter', sharding, family: 'mistral' });

const mistral7b: ModelConfig = {
  family: 'mistral', vocabularySize: 32000, hiddenSize: 4096, intermediateSize: 14336, layers: 32, heads: 32, keyValueHeads: 8, headSize: 128,
  maxPositions: 32768, ropeTheta: 1e6, slidingWindow: null, normEpsilon: 1e-5, tieEmbeddings: false, eosTokenId: 2,
};
const python: PythonFound = { interpreter: 'py', because: 'PATH', python: '3.11', executable: 'py', packages: { deepspeed: null, bitsandbytes: null }, gpus: [], gpuBytes: [], freeBytes: 1, now: 0, loginNode: false, missing: [] };
function question(extra: string, more: Partial<ShardingQuestion> = {}): ShardingQuestion {
  return { run: runOf(extra), config: mistral7b, plan: { stages: [] } as unknown as DataPlan, sequenceLength: 4096, python, onGpu: true, file: 'r.run.yaml', ...more };
}

describe('how a run is shared out between processes', () => {
  it('stands in a file of FSDP2 or of DeepSpeed, that the engine\'s own names', () => {
    const run = runOf('recomputeActivations: true\naccumulationSteps: 4\nscaleout: { processes: 8, sharding: fsdp }\n');
    assert.deepEqual(shardingFiles({ run, sharding: 'none', family: 'mistral', bfloat16: true }), {});
    assert.deepEqual(shardingFiles({ run, sharding: 'fsdp', family: 'mixtral', bfloat16: true }), {
      'fsdp.json': {
        version: 2, reshard_after_forward: true, auto_wrap_policy: 'TRANSFORMER_BASED_WRAP', transformer_layer_cls_to_wrap: 'MixtralDecoderLayer',
        state_dict_type: 'SHARDED_STATE_DICT', activation_checkpointing: true, cpu_ram_efficient_loading: false,
      },
    });
    const zero = shardingFiles({ run, sharding: 'zero3', family: 'mistral', bfloat16: true })['deepspeed.json']!;
    assert.deepEqual([zero['train_micro_batch_size_per_gpu'], zero['gradient_accumulation_steps'], zero['train_batch_size'], zero['bf16']], [1, 4, 32, { enabled: true }]);
    assert.deepEqual(zero['zero_optimization'], { stage: 3, overlap_comm: true, contiguous_gradients: true, stage3_gather_16bit_weights_on_model_save: true });
    const trl = trlConfig(facts(run, 'fsdp'));
    assert.deepEqual([trl['fsdp'], trl['fsdp_config'], trl['gradient_checkpointing'], trl['deepspeed']], [true, 'fsdp.json', false, undefined]);
    assert.equal(trlConfig(facts(run, 'zero2'))['deepspeed'], 'deepspeed.json');
    const axolotl = axolotlConfig(facts(run, 'fsdp'), 49);
    assert.deepEqual([axolotl['fsdp_version'], (axolotl['fsdp_config'] as Record<string, unknown>)['transformer_layer_cls_to_wrap']], [2, 'MistralDecoderLayer']);
    assert.deepEqual(Object.keys(engines.axolotl.settings(facts(run, 'zero1'), 0)), ['preclinical.json', 'deepspeed.json']);
  });

  it('rows of an update are those of the run in DeepSpeed\'s own sum: micro-batch × accumulation × processes', () => {
    const sums = [[1, 8], [2, 4], [4, 2]].map(([processes, accumulationSteps]) => {
      const zero = shardingFiles({ run: runOf(`accumulationSteps: ${accumulationSteps}\nscaleout: { processes: ${processes} }\n`), sharding: 'zero2', family: 'mistral', bfloat16: true })['deepspeed.json'] as Record<string, number>;
      return zero['train_micro_batch_size_per_gpu']! * zero['gradient_accumulation_steps']! * processes! - zero['train_batch_size']!;
    });
    assert.deepEqual(sums, [0, 0, 0]);
  });

  it('of QLoRA: the frozen weights in 4 bits, widened to what is computed in', () => {
    const run = runOf('lora: { quantisation: nf4 }\nscaleout: { processes: 2 }\n');
    const trl = trlConfig(facts(run, 'fsdp'));
    assert.deepEqual(['dtype', 'load_in_4bit', 'bnb_4bit_quant_type', 'bnb_4bit_quant_storage'].map((key) => trl[key]), ['bfloat16', true, 'nf4', 'bfloat16']);
    assert.equal((shardingFiles({ run, sharding: 'fsdp', family: 'mistral', bfloat16: true })['fsdp.json'])!['state_dict_type'], 'FULL_STATE_DICT');
    assert.deepEqual(['adapter', 'load_in_4bit'].map((key) => axolotlConfig(facts(run, 'none'), 49)[key]), ['qlora', true]);
  });

  it('is chosen by the estimate, which says why; or by hand', () => {
    const auto = 'accumulationSteps: 8\nrecomputeActivations: true\nscaleout: { processes: 8, sharding: auto, gpu: { memoryGib: 80 } }\n';
    const chosen = chooseShardingOf(question(auto));
    assert.equal(chosen.sharding, 'fsdp');
    assert.match(chosen.because, /Sharding fsdp, by the estimate: a whole copy needs \d+ GiB of the 77 GiB each process may fill, a part [\d.]+ GiB\./);
    assert.equal(chooseShardingOf(question(auto.replace('batchSize: 8', 'batchSize: 1').replace('accumulationSteps: 8', 'accumulationSteps: 8\nlora: { quantisation: nf4 }'), { python: { ...python, packages: { bitsandbytes: '0.50' } } })).sharding, 'none');
    assert.match(chooseShardingOf(question(auto.replace('auto', 'fsdp'))).because, /by hand/);
    assert.match(chooseShardingOf(question('scaleout: { sharding: auto }\n')).because, /one process/);
    assert.throws(() => chooseShardingOf(question('scaleout: { processes: 8, sharding: auto, slurm: {} }\n')), /not seen from here.*scaleout\.gpu/);
  });

  it('is refused where it cannot be started, with what would do', () => {
    const eight = (sharding: string, more = ''): string => `scaleout: { processes: 8, sharding: ${sharding} }\n${more}`;
    assert.throws(() => chooseShardingOf(question(eight('zero2'))), /py has no deepspeed.*pip install deepspeed/);
    assert.throws(() => chooseShardingOf(question(eight('none', 'lora: { quantisation: nf4 }\n'))), /py has no bitsandbytes/);
    assert.throws(() => chooseShardingOf(question(eight('none', 'lora: { quantisation: nf4 }\n'), { config: { ...mistral7b, family: 'mixtral', experts: { count: 8, perToken: 2, balanceLossWeight: 0, routerJitter: 0 } } })), /experts of a Mixtral/);
    const codes = (extra: string): string[] => parsed(extra).problems.map(({ code }) => code);
    assert.deepEqual(codes('scaleout: { sharding: fsdp }\n'), ['run-sharding-of-one']);
    for (const sharding of ['zero3', 'fsdp']) assert.deepEqual(codes(eight(sharding, 'lora: { quantisation: nf4 }\n')), ['run-quantisation-sharded']);
    assert.throws(() => chooseShardingOf(question('lora: { quantisation: nf4 }\nscaleout: { processes: 8, sharding: auto, gpu: { memoryGib: 6 } }\n')), /not shared out between processes/);
    assert.deepEqual(parseRun('name: r\nstage: finetune\nbase: b\ndata: m.mix.yaml\nbatchSize: 8\noptimiser: { learningRate: 0.001 }\nlora: { quantisation: nf4 }\n', 'r.run.yaml').problems.map(({ code }) => code), ['run-quantisation-embedded']);
  });
});
