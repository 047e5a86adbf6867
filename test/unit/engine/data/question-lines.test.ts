import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { UserError, type Problem } from '../../../../src/base/errors/problem';
import { readQuestionLines, readQuestions } from '../../../../src/engine/data/questions';

const question = (text: string): string => JSON.stringify({ question: text, options: { A: 'aspirin', B: 'heparin' }, answer_idx: 'B' });
const text = ['', question('two'), 'no json', question('four'), '{"question":"five"}', question('six')].join('\n');

async function problemsOf(work: Promise<unknown>): Promise<readonly Problem[]> {
  try {
    await work;
  } catch (error) {
    assert.ok(error instanceof UserError);
    return error.problems;
  }
  return [];
}

describe('readQuestionLines', () => {
  let folder: string;
  let file: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'preclinical-questions-'));
    file = path.join(folder, 'q.jsonl');
    writeFileSync(file, text);
  });
  afterEach(() => { rmSync(folder, { recursive: true }); });

  it('gives the questions of the lines in the order of the set, each once, as reading the whole set does', async () => {
    const lines = await readQuestionLines({ file, name: 'q.jsonl' }, [6, 2, 2]);
    assert.deepEqual(lines.map((one) => [one.line, one.text]), [[2, question('two')], [6, question('six')]]);
    const { questions } = await readQuestions(file);
    assert.deepEqual(lines.map((one) => one.question), questions.filter((one) => one.line !== 4));
  });

  it('reads an editor\'s text as it reads a file, whatever its line ends', async () => {
    const onDisk = await readQuestionLines({ file, name: 'q.jsonl' }, [2, 4]);
    for (const unsaved of [text, text.replaceAll('\n', '\r\n'), `\uFEFF${text}`]) {
      assert.deepEqual(await readQuestionLines({ file: 'nowhere', name: 'q.jsonl', text: unsaved }, [2, 4]), onDisk);
    }
  });

  it('names every line that cannot be asked', async () => {
    const problems = await problemsOf(readQuestionLines({ file, name: 'q.jsonl' }, [1, 2, 3, 5, 7]));
    assert.deepEqual(problems.map((problem) => [problem.file, problem.line, problem.severity]), [1, 3, 5, 7].map((line) => ['q.jsonl', line, 'error']));
    assert.equal((await problemsOf(readQuestionLines({ file: path.join(folder, 'none.jsonl'), name: 'none' }, [1])))[0]!.code, 'questions-not-found');
  });
});
