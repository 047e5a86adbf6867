"""Makes test/fixtures/training/masks.json: which tokens of conversations bear loss in TRL, and the tokenizer they are told with.

    python make_loss_masks.py [OUTPUT_FOLDER]

Each case is a record as a data set has it, with the labels SFTTrainer makes of the same conversation: `messages` with
assistant_only_loss and a template with generation markers, prompt and completion with completion_only_loss. ShareGPT and
Alpaca records are brought into `messages` first, as their authors' scripts do.
"""
import json
import pathlib
import sys
import tempfile

from datasets import Dataset
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast
from trl import SFTConfig, SFTTrainer

SPECIAL = ["<s>", "</s>", "<|system|>", "<|user|>", "<|assistant|>", "<|end|>"]
# What our own simple template renders, with the markers TRL needs to find answers.
TEMPLATE = (
    "{{ bos_token }}{% for message in messages %}{{ '<|' + message['role'] + '|>\\n' }}"
    "{% if message['role'] == 'assistant' %}{% generation %}{{ message['content'] + eos_token }}{% endgeneration %}"
    "{% else %}{{ message['content'] + '<|end|>\\n' }}{% endif %}{% endfor %}"
    "{% if add_generation_prompt %}{{ '<|assistant|>\\n' }}{% endif %}"
)
user = lambda text: {"role": "user", "content": text}
assistant = lambda text: {"role": "assistant", "content": text}
system = lambda text: {"role": "system", "content": text}
MESSAGES = {
    "one turn": [user("What lowers a fever?"), assistant("Rest, and paracetamol.")],
    "system and two turns": [system("Be brief."), user("Was ist Fieber?"), assistant("Über 38 °C."), user("And in °F?"), assistant("Over 100.4 °F, as a rule.\n")],
    "code points beyond the BMP": [user("😀 ok?"), assistant("👍🏽 — yes.")],
    "space at the edges": [user("  dose? "), assistant("  5 mg  ")],
}
SHAREGPT = {"conversations": [{"from": "system", "value": "Be kind."}, {"from": "human", "value": "How long?"}, {"from": "gpt", "value": "Three days."}]}
ALPACA = {"instruction": "Name the drug.", "input": "It lowers fever.", "output": "Paracetamol."}
PROMPT_COMPLETION = {"prompt": "What is the pulse?", "completion": "Ninety a minute."}


def make_tokenizer():
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    corpus = [m["content"] for messages in MESSAGES.values() for m in messages] * 4 + list(ALPACA.values()) * 4
    tokenizer.train_from_iterator(corpus, trainers.BpeTrainer(vocab_size=340, special_tokens=SPECIAL, initial_alphabet=pre_tokenizers.ByteLevel.alphabet()))
    return PreTrainedTokenizerFast(tokenizer_object=tokenizer, bos_token="<s>", eos_token="</s>", pad_token="</s>",
                                   additional_special_tokens=SPECIAL[2:], chat_template=TEMPLATE)


def labels(tokenizer, record, **settings):
    model = LlamaForCausalLM(LlamaConfig(vocab_size=len(tokenizer), hidden_size=8, intermediate_size=8, num_hidden_layers=1,
                                         num_attention_heads=2, num_key_value_heads=1))
    with tempfile.TemporaryDirectory() as folder:
        trainer = SFTTrainer(model, SFTConfig(folder, report_to=[], use_cpu=True, max_length=None, **settings),
                             train_dataset=Dataset.from_list([record]), processing_class=tokenizer)
        row = next(iter(trainer.get_train_dataloader()))
    return {"ids": row["input_ids"][0].tolist(), "bears": [int(label != -100) for label in row["labels"][0].tolist()]}


def main():
    default = pathlib.Path(__file__).resolve().parent.parent / "fixtures" / "training"
    root = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else default
    tokenizer = make_tokenizer()
    tokenizer.save_pretrained(root / "mask-tokenizer")
    answers = lambda messages: labels(tokenizer, {"messages": messages}, assistant_only_loss=True)
    conversation = [{"system": system, "human": user, "gpt": assistant}[turn["from"]](turn["value"]) for turn in SHAREGPT["conversations"]]
    alpaca = [user(ALPACA["instruction"] + "\n" + ALPACA["input"]), assistant(ALPACA["output"])]
    split = {"prompt": [user(PROMPT_COMPLETION["prompt"])], "completion": [assistant(PROMPT_COMPLETION["completion"])]}
    cases = [{"format": "chat", "name": name, "record": {"messages": messages}, **answers(messages)} for name, messages in MESSAGES.items()]
    cases.append({"format": "sharegpt", "name": "sharegpt", "record": SHAREGPT, **answers(conversation)})
    cases.append({"format": "alpaca", "name": "alpaca", "record": ALPACA, **answers(alpaca)})
    completion = labels(tokenizer, split, completion_only_loss=True)
    cases.append({"format": "prompt-completion", "name": "prompt and completion", "record": PROMPT_COMPLETION, **completion})
    cases.append({"format": "prompt-completion", "name": "prompt and completion of messages", "record": split, **completion})
    (root / "masks.json").write_text(json.dumps(cases, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
