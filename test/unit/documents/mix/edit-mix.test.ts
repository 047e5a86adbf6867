// Sources and stages put into and taken out of a mix file: lines come and go, and of the rest nothing changes.
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { type MixEdit, withEdit } from '../../../../src/documents/mix/amounts/edit';
import { applyEdits } from '../../../../src/documents/mix/edit';
import { mixEdits } from '../../../../src/documents/mix/edit-mix';
import { readMix } from '../../../../src/documents/mix/parse';

const text = `# A mix.
name: demo
tokenizer: t
sources:
  # the ward's own
  notes:            # since 2019
    path: notes.jsonl
    domain: clinical

  # what it knew
  general: { path: general.txt, domain: general, role: replay }   # keep
stages:
  # the only one
  - name: blend
    tokens: 1000
    sources:
      notes: { share: 0.7 }   # most
      general: { share: 0.3 }
heldOut:
  clinical: { source: notes, fraction: 0.1 }
  general: { source: general, fraction: 0.1 }
`;
const edited = (before: string, edit: MixEdit): string => applyEdits(before, mixEdits(before, edit) ?? assert.fail('refused'));

describe('editing sources and stages of a mix file', () => {
  it('adds a source below the others, in their indentation', () => {
    const after = edited(text, { addSource: { name: 'web', path: '../a b.txt', domain: 'general', role: 'replay' } });
    assert.equal(after, text.replace('# keep\n', '# keep\n  web:\n    path: ../a b.txt\n    domain: general\n    role: replay\n'));
    const flow = 'name: x\ntokenizer: t\nsources: { a: { path: a, domain: d } }\nstages: [{ name: s, sources: { a: { epochs: 1 } } }]\n';
    assert.match(edited(flow, { addSource: { name: 'b', path: 'x, y.txt', domain: 'd', role: 'target' } }), /domain: d \}, b: \{ path: "x, y\.txt", domain: d \} \}/);
  });

  it('takes a source out everywhere, with its comments, and the other shares sum to 1 again', () => {
    const after = edited(text, { removeSource: 'general' });
    assert.equal(after, text.replace(/ {2}# what it knew\n.*# keep\n/, '').replace('0.7', '1').replace(/ {6}general.*\n/, '').replace(/ {2}general: \{ source.*\n/, ''));
    assert.match(edited(text, { removeSource: 'notes' }), /^sources:\n\n {2}# what it knew\n {2}general/m);
  });

  it('puts a source into a stage and takes it out', () => {
    const without = edited(text, { stage: 0, without: ['general'], amounts: { notes: { share: 1 } } });
    assert.equal(without, text.replace('0.7', '1').replace(/ {6}general.*\n/, ''));
    assert.match(edited(without, { stage: 0, amounts: { notes: { share: 0.5 }, general: { share: 0.5 } } }), /notes: \{ share: 0\.5 \} {3}# most\n {6}general: \{ share: 0\.5 \}\n/);
  });

  it('adds and takes out a stage', () => {
    const two = edited(text, { addStage: { name: 'anneal', tokens: 500, sources: { notes: { share: 1 } } } });
    assert.equal(two, text.replace('heldOut:', '  - name: anneal\n    tokens: 500\n    sources:\n      notes: { share: 1 }\nheldOut:'));
    assert.equal(edited(two, { removeStage: 1 }), text);
    assert.match(edited(two, { removeStage: 0 }), /^stages:\n {2}- name: anneal\n/m);
  });

  it('refuses what would leave no mix, or would take what an alias elsewhere means', () => {
    assert.equal(mixEdits(text, { removeStage: 0 }), undefined);
    assert.equal(mixEdits(text.replace('domain: clinical', 'domain: &d clinical').replace('domain: general', 'domain: *d'), { removeSource: 'notes' }), undefined);
    assert.equal(mixEdits('name: [', { removeSource: 'notes' }), undefined);
  });

  it('leaves every other comment and value as it was, in any layout', () => {
    const comment = fc.constantFrom('', ' # one', ' # {two}');
    const above = fc.constantFrom('', '# above\n');
    const source = fc.tuple(comment, above, fc.boolean(), fc.boolean());
    const file = fc.tuple(fc.array(source, { minLength: 2, maxLength: 4 }), fc.constantFrom('\n', '\r\n'), fc.boolean(), fc.boolean()).map(([sources, newline, flowStage, end]) => {
      const lines = sources.flatMap(([note, before, flow, blank], i) => [
        ...(before ? [`  # of s${i}`] : []), ...(flow ? [`  s${i}: { path: p${i}, domain: d }${note}`] : [`  s${i}:${note}`, `    path: p${i}${note}`, '    domain: d']), ...(blank ? [''] : []),
      ]);
      const amounts = sources.map((_, i) => `s${i}: { share: ${i === 0 ? 1 : 0} }`);
      const stage = flowStage ? [`  - { name: a, tokens: 9, sources: { ${amounts.join(', ')} } }`] : ['  - name: a', '    tokens: 9', '    sources:', ...amounts.map((one) => `      ${one}${sources[0]![0]}`)];
      return ['name: m', 'tokenizer: t', 'sources:', ...lines, '# stages', 'stages:', ...stage, '# end', ...(end ? [''] : [])].join(newline);
    });
    fc.assert(fc.property(file, fc.nat(3), fc.nat(3), (before, which, kind) => {
      const { document } = readMix(before, 'm');
      const names = Object.keys(document!.sources);
      const name = names[which % names.length]!;
      const edits: MixEdit[] = [
        { removeSource: name }, { addSource: { name: 'new', path: 'x', domain: 'd', role: 'target' } },
        { addStage: { name: 'b', tokens: 3, sources: { [name]: { share: 1 } } } }, { stage: 0, without: [name] },
      ];
      const edit = edits[kind]!;
      const after = edited(before, edit);
      const shape = (text2: string) => {
        const mix = readMix(text2, 'm').document!;
        return { sources: Object.keys(mix.sources).map((one) => ({ name: one })), repeatCap: mix.repeatCap, stages: mix.stages };
      };
      const meant = withEdit(shape(before), edit);
      assert.deepEqual(shape(after), 'addSource' in edit ? { ...meant, sources: [...meant.sources, { name: 'new' }] } : meant);
      for (const kept of ['# stages', '# end']) assert.ok(after.includes(kept));
      assert.equal(after.includes('\r\n'), before.includes('\r\n'));
      assert.doesNotMatch(after.replaceAll('\r\n', ''), before.includes('\r\n') ? /\n/ : /\r/);
    }));
  });
});
