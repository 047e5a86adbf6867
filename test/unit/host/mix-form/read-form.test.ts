// A mix file as its form shows it, and what a page may ask to be changed.
import assert from 'node:assert/strict';
import type { MixEdit } from '../../../../src/documents/mix/amounts/edit';
import { editsFor, readForm } from '../../../../src/host/mix-form/read-form';

const text = `name: demo
tokenizer: t
sources:
  a: { path: a.txt, domain: x, licence: MIT }
  b: { path: b.txt, domain: y, role: replay, egress: never }
stages: [{ name: s, tokens: 100, sources: { a: { share: 0.7 }, b: { share: 0.2 } } }]
`;

describe('reading a mix for its form', () => {
  it('gives defaults, and a mix whose shares do not sum yet', () => {
    const { mix, problems } = readForm(text, 'demo.mix.yaml');
    assert.equal(mix!.repeatCap, 4);
    assert.deepEqual(mix!.sources.map(({ name, role, licence, egress }) => [name, role, licence, egress]), [['a', 'target', 'MIT', 'allowed'], ['b', 'replay', undefined, 'never']]);
    assert.deepEqual(problems.map(({ line, message }) => [line, message]), [[6, 'stages.0.sources: the shares of a stage sum to 1 (0.9)']]);
  });

  it('gives problems with lines instead of a mix when the text is none', () => {
    for (const [broken, line] of [[`${text}stages: [`, 7], [text.replace('domain: x', 'domain: X!'), 4]] as const) {
      const { mix, problems } = readForm(broken, 'demo.mix.yaml');
      assert.equal(mix, undefined);
      assert.equal(problems[0]!.line, line);
    }
  });
});

describe('edits of the form', () => {
  it('become edits of single numbers', () => {
    assert.deepEqual(editsFor(text, { stage: 0, amounts: { b: { share: 0.3 } } })!.map((edit) => [text.slice(edit.start, edit.end), edit.text]), [['0.2', '0.3']]);
  });

  it('are refused when they hold what no amount is', () => {
    const refused: unknown[] = [
      { repeatCap: 0.5 }, { stage: 0, tokens: 1.5 }, { stage: 0, tokens: -1 }, { stage: 0, amounts: { a: { share: 1.2 } } }, { stage: 0, amounts: { a: { epochs: 0 } } },
      { stage: 0, amounts: { a: { path: 5 } } }, { stage: 0, tokens: '7\nname: other' }, { repeatCap: Number.POSITIVE_INFINITY }, { addSource: { name: 'A!', path: 'x', domain: 'd', role: 'target' } },
      { addSource: { name: 'c', path: '', domain: 'd', role: 'target' } }, { removeStage: 0.5 }, { addStage: { name: 's2', sources: { a: { share: 'x' } } } },
    ];
    for (const edit of refused) assert.equal(editsFor(text, edit as MixEdit), undefined, JSON.stringify(edit));
  });
});
