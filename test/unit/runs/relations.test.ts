import assert from 'node:assert/strict';
import { ladderOf, parentsOf, type EvaluationPlace } from '../../../src/runs/scored/relations';

const bases: Readonly<Record<string, string>> = { cpt: 'base', ift: 'cpt', other: 'base', again: 'again' };
const place = (id: string, of: string, more: Partial<EvaluationPlace> = {}): EvaluationPlace => ({ id, of, tasks: ['facts'], ...more });
const parents = (places: readonly EvaluationPlace[]): Record<string, string> => Object.fromEntries(parentsOf(places, (run) => bases[run]));

describe('evaluations of models that were trained from each other', () => {
  it('have the evaluation of the nearest ancestor as their parent', () => {
    assert.deepEqual(parents([place('e3', 'ift'), place('e2', 'cpt'), place('e1', 'base')]), { e3: 'e2', e2: 'e1' });
    assert.deepEqual(parents([place('e3', 'ift'), place('e1', 'base')]), { e3: 'e1' }, 'one between them was not evaluated');
    assert.deepEqual(parents([place('e2', 'cpt'), place('e1', 'base', { tasks: ['letters'] })]), {}, 'nothing was asked of both');
    assert.deepEqual(parents([place('e1', 'again')]), {}, 'a run that is its own base');
  });

  it('prefer one of the same study to a newer one', () => {
    assert.deepEqual(parents([place('new', 'base'), place('e2', 'cpt', { study: 's' }), place('e1', 'base', { study: 's' })]), { e2: 'e1' });
    assert.deepEqual(parents([place('new', 'base'), place('e2', 'cpt'), place('e1', 'base', { study: 's' })]), { e2: 'new' });
  });

  it('form a ladder: those of a study, else a family', () => {
    const family = [place('e4', 'other'), place('e3', 'ift'), place('e2', 'cpt'), place('e1', 'base'), place('lone', 'elsewhere')];
    const known = parentsOf(family, (run) => bases[run]);
    assert.deepEqual(ladderOf('e3', family, known), ['e4', 'e3', 'e2', 'e1']);
    assert.deepEqual(ladderOf('lone', family, known), ['lone']);
    const studied = [place('a', 'cpt', { study: 's' }), place('b', 'elsewhere', { study: 's' }), place('c', 'base')];
    assert.deepEqual(ladderOf('a', studied, parentsOf(studied, (run) => bases[run])), ['a', 'b']);
  });
});
