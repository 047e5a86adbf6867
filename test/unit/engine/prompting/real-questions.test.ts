// Published question sets through the whole path from file to prompt; skipped where the data is not at hand.
import assert from 'node:assert/strict';
import path from 'node:path';
import { cotSchema } from '../../../../src/documents/cot/schema';
import { readPromptQuestions } from '../../../../src/engine/jobs/prompt/questions';
import { extractAnswer } from '../../../../src/engine/prompting';
import { planSamples } from '../../../../src/engine/prompting/plan';
import { realDataFolder } from '../../../real-data';

const settings = cotSchema.parse({ name: 'trial', questions: 'q.jsonl', strategies: ['direct'] });
const body = 'user:\n{{ question }}\n{% for option in options %}\n{{ option.letter }}. {{ option.text }}\n{% endfor %}\nAnswer:';

describe('prompts of published questions', () => {
  for (const [name, optionCount] of [['medqa', 4], ['medqa_5options', 5]] as const) {
    it(`${name}: every question with its options, and every option found again by letter and by text`, async function () {
      const data = realDataFolder();
      if (data === undefined) this.skip();
      const folder = path.join(data, 'qa');
      const file = path.join(folder, `${name}.sample50.jsonl`);
      const { questions, setAside } = await readPromptQuestions(folder, file);
      assert.deepEqual([questions.length, setAside], [50, {}]);
      const prompts = [...planSamples(settings, body, questions)];
      assert.equal(new Set(prompts.map((prompt) => prompt.promptHash)).size, 50);
      for (const { question, request } of prompts) {
        assert.equal(question.options.length, optionCount);
        const [message] = request.messages;
        assert.ok(request.messages.length === 1 && message!.content.includes(question.question));
        for (const { letter, text } of question.options) {
          assert.ok(message!.content.includes(`${letter}. ${text}`));
          assert.equal(extractAnswer(`Some thought.\nAnswer: ${letter}. ${text}`, question.options, 'auto').letter, letter, text);
          assert.equal(extractAnswer(`Answer: ${text}`, question.options, 'option-text').letter, letter, text);
        }
      }
    });
  }
});
