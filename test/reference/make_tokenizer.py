"""Writes tokenizer-expected.json: what the Rust tokenizers library and transformers make of tokenizer-corpus.txt and
tokenizer-texts.json. The merges come from the Rust BpeTrainer; ids and chats from the files our own trainer wrote.

    python make_tokenizer.py FOLDER [OUTPUT_FOLDER]

FOLDER holds the tokenizer of our own trainer; test/engine/tokenizer/reference.test.ts writes it there when it is run
with TOKENIZER_FOLDER=FOLDER.
"""
import json
import pathlib
import sys

from tokenizers import Regex, Tokenizer, models, pre_tokenizers, trainers
from transformers import PreTrainedTokenizerFast

HERE = pathlib.Path(__file__).parent
VOCABULARY_SIZE = 480
SPECIAL = ['<s>', '</s>', '<pad>', '<|system|>', '<|user|>', '<|assistant|>', '<|end|>']
PATTERN = r"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"
CHATS = [
    [{'role': 'user', 'content': 'What is the antidote of warfarin?'}, {'role': 'assistant', 'content': 'Vitamin K.'}],
    [
        {'role': 'system', 'content': 'Answer briefly.'},
        {'role': 'user', 'content': ' Fieber? '},
        {'role': 'assistant', 'content': 'Ja\n\n'},
        {'role': 'user', 'content': '体温?'},
        {'role': 'assistant', 'content': '38.4°C'},
    ],
]


def merges_of_rust_trainer(corpus: str) -> list[str]:
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.Split(Regex(PATTERN), 'isolated'), pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)])
    trainer = trainers.BpeTrainer(
        vocab_size=VOCABULARY_SIZE, min_frequency=2, special_tokens=SPECIAL,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(), show_progress=False)
    tokenizer.train_from_iterator([corpus], trainer)
    return [' '.join(pair) for pair in json.loads(tokenizer.to_str())['model']['merges']]


def main() -> None:
    folder = sys.argv[1]
    corpus = (HERE / 'tokenizer-corpus.txt').read_bytes().decode()
    texts = json.loads((HERE / 'tokenizer-texts.json').read_text('utf-8'))
    rust = Tokenizer.from_file(f'{folder}/tokenizer.json')
    fast = PreTrainedTokenizerFast.from_pretrained(folder)
    for text in texts:
        ids = rust.encode(text, add_special_tokens=False).ids
        assert rust.decode(ids, skip_special_tokens=False) == text, text
    expected = {
        'merges': merges_of_rust_trainer(corpus),
        'ids': [rust.encode(text, add_special_tokens=True).ids for text in texts],
        'chats': [
            {
                'messages': chat,
                'text': fast.apply_chat_template(chat, tokenize=False),
                'prompt': fast.apply_chat_template(chat[:-1], tokenize=False, add_generation_prompt=True),
                'ids': list(fast.apply_chat_template(chat, tokenize=True, return_dict=True)['input_ids']),
            }
            for chat in CHATS
        ],
    }
    output = pathlib.Path(sys.argv[2]) if len(sys.argv) > 2 else HERE
    (output / 'tokenizer-expected.json').write_text(json.dumps(expected, ensure_ascii=True, separators=(',', ':')) + '\n', 'utf-8')


if __name__ == '__main__':
    main()
