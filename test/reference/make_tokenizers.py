"""Makes the small tokenizers under test/fixtures/tokenizer, one of each kind that Mistral, Mixtral and Llama checkpoints
come with, and what the Rust tokenizers library and transformers make of texts and chats with them.

    python make_tokenizers.py [OUTPUT_FOLDER]

Vocabularies are learnt here from tokenizer-corpus.txt and tokenizer-texts.json, so nothing of a released model is copied;
what surrounds them (normaliser, pre-tokenizer, post-processor, decoder, added tokens) is arranged as in released files.
Each KIND.tokenizer.json is beside one expected.json: texts, and for every kind their ids with and without special tokens
and both decodings; ids that no text gives, decoded; and for every style of chat template what apply_chat_template renders.
"""
import json
import pathlib
import sys

import jinja2
from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers
from transformers import PreTrainedTokenizerFast

HERE = pathlib.Path(__file__).parent
BYTES = [f'<0x{byte:02X}>' for byte in range(256)]
GPT2_SPECIAL = ['<s>', '</s>', '<unk>']
LLAMA3_PATTERN = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
TEKKEN_PATTERN = (
    r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+|"
    r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*|"
    r"\p{N}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+")
# Texts that meet the corners: tokens spelled out, spaces around them, bytes as text, spaces in a row, single marks.
ADVERSARIAL = [
    '', ' ', '  ', '   a', 'a   ', ' a  b   c    d', '▁', '▁▁', ' ▁a▁ ▁', '\n', '\n\n', ' \n ', '\r\n\r\n', '\t\t\ta',
    '<s>', '</s>', '<s>a</s>', ' <s> a </s> ', '<s><s>', '</s>\n', '<s >', '< s>', '<S>', 'x<unk>y', '<|im_start|>user\nhi<|im_end|>',
    '[INST] chest pain? [/INST] yes', '[INST][/INST]', ' [INST] [INST]  x', '<0x0A>', '<0x41>A', '<0xZZ>', 'a<0x00>b',
    'trim  <left>  these', 'trim  <right>  these', ' <left><right> ', 'lone<word>lone', 'lone <word> lone', '<word>', '(<word>)', 'é<word>', '_<word>_', '1<word>',
    'FORM form Form', 'aFORMa', '\u00a0<left>', '\u0085<left>\u0085<right>\u0085', '\ufeff<left>\ufeff<right>\ufeff',
    "IT'S it's It’s 'S 'Ll I'LL", 'ſ ıİ K', '12345678901', '1,234.5 mg', '¹²³½', '٣٤٥٦', '12a34b', 'a\u0301e\u0308', 'ﬁ ﬂ ㎎ Å Å', '가각 한글',
    '👩‍⚕️🩺', '\U0001f468\u200d\U0001f469\u200d\U0001f467', '\U0010ffff', '\x00\x01\x7f', '\u2028\u2029', '\u200b\u200e', '\ufeff', '\ufffd', 'a' * 300, 'ab ' * 120, '  ' * 40, '=' * 70, '\n' * 30,
    '/*\n*/\n\n', 'http://a.b/c?d=e&f#g', '{"dose": [5, "mg"]}', '    def f(x):\n\treturn x\n', "McDonald's O'Brien's", 'HbA1c≥6.5% (48 mmol/mol)', 'pO₂<8kPa;SpO₂=88–92%', 'Müller-Weiß-Syndrom', 'ΑΒΓαβγς', 'ДНК/РНК',
    'น้ำตาล', 'क्षत्रिय', '病院へ行く。', '１２３ｍｇ', 'مُضادّ', 'שָׁלוֹם',
]


def bpe_of(tokenizer, vocabulary, corpus, special, alphabet):
    tokenizer.train_from_iterator(corpus, trainers.BpeTrainer(
        vocab_size=vocabulary, min_frequency=2, special_tokens=special, initial_alphabet=alphabet, show_progress=False))
    model = json.loads(tokenizer.to_str())['model']
    return model['vocab'], [tuple(pair) if isinstance(pair, list) else tuple(pair.split(' ')) for pair in model['merges']]


def sentencepiece_like(corpus, extra_tokens=()):
    """Tokens as in a converted SentencePiece BPE: specials, 256 bytes, merged pieces, single characters last."""
    draft = Tokenizer(models.BPE())
    draft.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme='always', split=False)
    words = [word for text in corpus for word in text.replace(' ', ' \x00').split('\x00')]
    vocab, merges = bpe_of(draft, 700, words, [], [])
    merges += [('▁', '▁'), ('▁▁', '▁▁')]
    pieces = [*dict.fromkeys([*['<unk>', '<s>', '</s>'], *BYTES, *extra_tokens, *vocab, '▁▁', '▁▁▁▁'])]
    return models.BPE({piece: i for i, piece in enumerate(pieces)}, merges, unk_token='<unk>', fuse_unk=True, byte_fallback=True)


def byte_level_like(corpus, pattern, special, ignore_merges):
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([
        pre_tokenizers.Split(Regex(pattern), 'isolated'), pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)])
    vocab, merges = bpe_of(tokenizer, 600, corpus, special, pre_tokenizers.ByteLevel.alphabet())
    if ignore_merges:
        vocab = {**vocab, 'Ġwarfarine': len(vocab), 'zzz': len(vocab) + 1}
    tokenizer.model = models.BPE(vocab, merges, ignore_merges=ignore_merges)
    return tokenizer


LLAMA_DECODER = [decoders.Replace('▁', ' '), decoders.ByteFallback(), decoders.Fuse()]
SPECIALS = [AddedToken(token, normalized=False, special=True) for token in ['<unk>', '<s>', '</s>']]


def begin(tokenizer, token='<s>', byte_level=False):
    number = tokenizer.token_to_id(token)
    template = processors.TemplateProcessing(single=f'{token}:0 $A:0', pair=f'{token}:0 $A:0 {token}:1 $B:1', special_tokens=[(token, number)])
    tokenizer.post_processor = processors.Sequence([processors.ByteLevel(trim_offsets=False), template]) if byte_level else template


def add_awkward(tokenizer):
    """Added tokens of every sort."""
    tokenizer.add_tokens([
        AddedToken('<left>', lstrip=True, normalized=False), AddedToken('<right>', rstrip=True, normalized=False),
        AddedToken('<word>', single_word=True, normalized=False), AddedToken('FORM', normalized=True), AddedToken('=====', normalized=False),
    ])
    tokenizer.add_special_tokens([AddedToken(token, normalized=False, special=True) for token in ['<|im_start|>', '<|im_end|>', '[INST]', '[/INST]']])


def kinds(corpus):
    # Llama 2 and Mistral 7B v0.1 as converted first: normaliser, no pre-tokenizer.
    legacy = Tokenizer(sentencepiece_like(corpus))
    legacy.normalizer = normalizers.Sequence([normalizers.Prepend('▁'), normalizers.Replace(' ', '▁')])
    legacy.decoder = decoders.Sequence([*LLAMA_DECODER, decoders.Strip(' ', 1, 0)])
    legacy.add_special_tokens(SPECIALS)
    begin(legacy)
    yield 'prepend', legacy

    # Mistral 7B v0.3 and Mixtral 8x22B: Metaspace before the first piece only; control tokens with room to grow.
    first = Tokenizer(sentencepiece_like(corpus, ['[INST]', '[/INST]']))
    first.pre_tokenizer = pre_tokenizers.Metaspace(replacement='▁', prepend_scheme='first', split=False)
    first.decoder = decoders.Sequence([*LLAMA_DECODER, decoders.Strip(' ', 1, 0)])
    first.add_special_tokens([*SPECIALS, AddedToken('[INST]', normalized=False, special=True), AddedToken('[/INST]', normalized=False, special=True)])
    add_awkward(first)
    begin(first)
    yield 'metaspace-first', first

    # Metaspace as the library has it by default: it splits before each space, and its decoder takes the first one away.
    split = Tokenizer(sentencepiece_like(corpus))
    split.pre_tokenizer = pre_tokenizers.Metaspace()
    split.decoder = decoders.Metaspace()
    split.add_special_tokens(SPECIALS)
    add_awkward(split)
    begin(split)
    yield 'metaspace-split', split

    # Spaces replaced and kept with the piece before them, no space put in front.
    merged = Tokenizer(sentencepiece_like(corpus))
    merged.normalizer = normalizers.Replace(' ', '▁')
    merged.pre_tokenizer = pre_tokenizers.Split('▁', 'merged_with_previous')
    merged.decoder = decoders.Sequence(LLAMA_DECODER)
    merged.add_special_tokens(SPECIALS)
    add_awkward(merged)
    begin(merged)
    yield 'split-merged', merged

    llama3 = byte_level_like(corpus, LLAMA3_PATTERN, ['<|begin_of_text|>', '<|end_of_text|>', '<|eot_id|>', '<|start_header_id|>', '<|end_header_id|>'], True)
    llama3.decoder = decoders.ByteLevel()
    begin(llama3, '<|begin_of_text|>', byte_level=True)
    add_awkward(llama3)
    yield 'llama3', llama3

    tekken = byte_level_like(corpus, TEKKEN_PATTERN, ['<unk>', '<s>', '</s>'], True)
    tekken.decoder = decoders.ByteLevel()
    begin(tekken)
    yield 'tekken', tekken

    # GPT-2's own pattern inside ByteLevel, a space put in front, and text brought to NFC first.
    gpt2 = byte_level_like(corpus, LLAMA3_PATTERN, GPT2_SPECIAL, False)
    gpt2.normalizer = normalizers.NFC()
    gpt2.pre_tokenizer = pre_tokenizers.Sequence([pre_tokenizers.Digits(individual_digits=True), pre_tokenizers.ByteLevel(add_prefix_space=True)])
    gpt2.decoder = decoders.ByteLevel()
    add_awkward(gpt2)
    yield 'byte-level-nfc', gpt2

    # No byte tokens: what the vocabulary lacks is one <unk>, however long.
    model = sentencepiece_like(corpus)
    content = json.loads(Tokenizer(model).to_str())['model']
    kept = [piece for piece in content['vocab'] if piece not in BYTES]
    merges = [tuple(pair) if isinstance(pair, list) else tuple(pair.split(' ')) for pair in content['merges']]
    unknown = Tokenizer(models.BPE({piece: i for i, piece in enumerate(kept)}, merges, unk_token='<unk>', fuse_unk=True, byte_fallback=False))
    unknown.normalizer = normalizers.Sequence([normalizers.NFKC(), normalizers.Strip(), normalizers.Replace(Regex(' {2,}'), ' '), normalizers.Lowercase(), normalizers.Prepend('▁'), normalizers.Replace(' ', '▁')])
    unknown.decoder = decoders.Sequence([decoders.Replace('▁', ' '), decoders.Fuse(), decoders.Strip(' ', 1, 0)])
    unknown.add_special_tokens(SPECIALS)
    add_awkward(unknown)
    begin(unknown)
    yield 'unknown-fused', unknown


def awkward_ids(tokenizer):
    """Ids no text gives: bytes that are no UTF-8, a byte order mark in bytes, tokens in the wrong order."""
    named = lambda *tokens: [number for token in tokens if (number := tokenizer.token_to_id(token)) is not None]
    size = tokenizer.get_vocab_size()
    return [ids for ids in [
        named('<0xEF>', '<0xBB>', '<0xBF>', '<0x41>'), named('<0xE2>', '<0x82>'), named('<0xE2>', '<0x41>', '<0x82>', '<0xAC>'), named('<0xFF>', '<0xFE>', '▁', '<0xC3>', '<0xA9>'),
        named('â', 'Ĥ', '¬'), named('â', '<s>', 'Ĥ'), named('Ã', 'Ã', '©'), named('▁', '▁▁'), named('</s>', '▁', '<s>', '▁'), list(range(0, size, 7))[:60], [size - 1, size, size + 5, 5],
    ] if ids]


STYLES = {
    'mistral-instruct': (
        "{%- if messages[0]['role'] == 'system' %}{%- set system_message = messages[0]['content'] %}{%- set loop_messages = messages[1:] %}"
        "{%- else %}{%- set loop_messages = messages %}{%- endif %}\n{{- bos_token }}\n"
        "{%- for message in loop_messages %}\n"
        "    {%- if (message['role'] == 'user') != (loop.index0 % 2 == 0) %}\n"
        "        {{- raise_exception('After the optional system message, roles must alternate user/assistant/user/assistant/...') }}\n    {%- endif %}\n"
        "    {%- if message['role'] == 'user' %}\n"
        "        {%- if loop.first and system_message is defined %}{{- ' [INST] ' + system_message + '\\n\\n' + message['content'] + ' [/INST]' }}\n"
        "        {%- else %}{{- ' [INST] ' + message['content'] + ' [/INST]' }}{%- endif %}\n"
        "    {%- elif message['role'] == 'assistant' %}{{- ' ' + message['content'] + eos_token }}\n"
        "    {%- else %}{{- raise_exception('Only user and assistant roles are supported!') }}{%- endif %}\n{%- endfor %}\n"),
    'llama-2': (
        "{% if messages[0]['role'] == 'system' %}{% set loop_messages = messages[1:] %}{% set system_message = messages[0]['content'] %}"
        "{% else %}{% set loop_messages = messages %}{% set system_message = false %}{% endif %}"
        "{% for message in loop_messages %}{% if (message['role'] == 'user') != (loop.index0 % 2 == 0) %}{{ raise_exception('Conversation roles must alternate') }}{% endif %}"
        "{% if loop.index0 == 0 and system_message != false %}{% set content = '<<SYS>>\\n' + system_message + '\\n<</SYS>>\\n\\n' + message['content'] %}"
        "{% else %}{% set content = message['content'] %}{% endif %}"
        "{% if message['role'] == 'user' %}{{ bos_token + '[INST] ' + content.strip() + ' [/INST]' }}"
        "{% elif message['role'] == 'assistant' %}{{ ' '  + content.strip() + ' ' + eos_token }}{% endif %}{% endfor %}"),
    'llama-3': (
        "{{- bos_token }}\n{%- if not date_string is defined %}\n    {%- if strftime_now is defined and false %}\n        {%- set date_string = strftime_now('%d %b %Y') %}\n"
        "    {%- else %}\n        {%- set date_string = '26 Jul 2024' %}\n    {%- endif %}\n{%- endif %}\n"
        "{%- if messages[0]['role'] == 'system' %}\n    {%- set system_message = messages[0]['content']|trim %}\n    {%- set messages = messages[1:] %}\n{%- else %}\n    {%- set system_message = '' %}\n{%- endif %}\n"
        "{{- '<|start_header_id|>system<|end_header_id|>\\n\\n' }}\n{{- 'Today Date: ' + date_string + '\\n\\n' }}\n{{- system_message }}\n{{- '<|eot_id|>' }}\n"
        "{%- for message in messages %}\n    {%- if not (message.role == 'ipython' or message.role == 'tool' or 'tool_calls' in message) %}\n"
        "        {{- '<|start_header_id|>' + message['role'] + '<|end_header_id|>\\n\\n'+ message['content'] | trim + '<|eot_id|>' }}\n    {%- endif %}\n{%- endfor %}\n"
        "{%- if add_generation_prompt %}\n    {{- '<|start_header_id|>assistant<|end_header_id|>\\n\\n' }}\n{%- endif %}\n"),
    'chatml': (
        "{% if not add_generation_prompt is defined %}{% set add_generation_prompt = false %}{% endif %}"
        "{% for message in messages %}{% if loop.first and messages[0]['role'] != 'system' %}{{ '<|im_start|>system\\nYou are a helpful assistant.<|im_end|>\\n' }}{% endif %}"
        "{{'<|im_start|>' + message['role'] + '\\n' + message['content'] + '<|im_end|>' + '\\n'}}{% endfor %}"
        "{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}"),
    'zephyr': (
        "{% for message in messages %}\n{% if message['role'] == 'user' %}\n{{ '<|user|>\\n' + message['content'] + eos_token }}\n{% elif message['role'] == 'system' %}\n"
        "{{ '<|system|>\\n' + message['content'] + eos_token }}\n{% elif message['role'] == 'assistant' %}\n{{ '<|assistant|>\\n'  + message['content'] + eos_token }}\n{% endif %}\n"
        "{% if loop.last and add_generation_prompt %}\n{{ '<|assistant|>' }}\n{% endif %}\n{% endfor %}"),
    # What templates of tools and newer models reach for: namespaces, macros, filters, slices, tests, tojson.
    'rich': (
        "{%- macro named(message) -%}<{{ message.role | upper }}>{%- endmacro -%}\n"
        "{%- set state = namespace(turns=0, last=none) -%}\n"
        "{%- for message in messages if message.content is string -%}\n"
        "  {%- set state.turns = state.turns + 1 -%}{%- set state.last = message.role -%}\n"
        "  {{- named(message) ~ loop.index ~ '/' ~ loop.length ~ ':' ~ (message['content'] | replace('\\n', '\\\\n') | trim) ~ '\\n' -}}\n"
        "{%- endfor -%}\n"
        "{{- messages | map(attribute='role') | join(',') }} {{ messages | selectattr('role', 'equalto', 'user') | list | length }} {{ messages[-1]['content'][:5] }} {{ messages | tojson }} "
        "{{ 'yes' if 'x' in 'xyz' and not false }} {{ state.turns }} {{ state.last }} {{ (messages | length) % 2 }} {{ 7 // 2 }} {{ 'a,b'.split(',') | last }} "
        "{{ [1, 2.5, true, 'é', none] | tojson }} {{ 'no' if messages[0].missing is not defined }}"),
    'values printed as they are': (
        "{{ true }} {{ false }} {{ none }} {{ messages | length > 1 }} {{ 7 / 2 }} {{ 4 / 2 }} {{ 10000000000000000.0 * 1.5 }} {{ 0.00001 * 1.5 }} {{ 2.0 }} {{ messages[0].missing }}|"
        "{{ [1, 2.5, true, none, 'é', \"it's\", 'a\"b', 'a\\nb'] }} {{ (1, 'x') }} {{ {'k': [none, 'v'], 'b': false} }} {{ [] }}|"
        "{{ 'is ' ~ true ~ none ~ 1.0 ~ ['x'] }} {{ true | string }} {{ (1 > 2) | string | length }} {{ messages }}|"
        "{% set printed %}{{ none }}{% endset %}{{ printed }}{% if messages %}{{ true }}{% else %}{{ false }}{% endif %}"
        "{% macro say(x) %}{{ x }}{% endmacro %}{{ say(none) }}{% for flag in [true, none] %}{{ flag }}{% endfor %}{{ messages[0].content if false }}"),
}
CHATS = [
    [{'role': 'user', 'content': 'What is the antidote of warfarin?'}, {'role': 'assistant', 'content': 'Vitamin K.'}],
    [{'role': 'system', 'content': ' Answer briefly. '}, {'role': 'user', 'content': ' Fieber? '}, {'role': 'assistant', 'content': 'Ja\n\n'},
     {'role': 'user', 'content': '体温?'}, {'role': 'assistant', 'content': '38.4°C "hoch" <b>&</b>'}],
    [{'role': 'user', 'content': 'Seul'}],
    [{'role': 'user', 'content': 'one'}, {'role': 'user', 'content': 'two'}],
    [{'role': 'assistant', 'content': 'first'}, {'role': 'user', 'content': "{{ bos_token }}{% raw %}'\""}],
]


def rendered(template, tokens, chat, prompt):
    fast = PreTrainedTokenizerFast(tokenizer_object=Tokenizer(models.BPE({'<s>': 0, '</s>': 1}, [])), **tokens)
    try:
        return fast.apply_chat_template(chat, chat_template=template, tokenize=False, add_generation_prompt=prompt)
    except jinja2.exceptions.TemplateError as error:
        return {'error': str(error)}


def main():
    folder = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else HERE.parent / 'fixtures' / 'tokenizer'
    folder.mkdir(parents=True, exist_ok=True)
    clinical = json.loads((HERE / 'tokenizer-texts.json').read_text('utf-8'))
    texts = clinical + ADVERSARIAL
    corpus = [(HERE / 'tokenizer-corpus.txt').read_bytes().decode(), *clinical[:20]]
    expected = {'texts': texts, 'kinds': {}, 'chats': CHATS, 'templates': {}}
    for kind, tokenizer in kinds(corpus):
        (folder / f'{kind}.tokenizer.json').write_text(tokenizer.to_str(pretty=False) + '\n', 'utf-8')
        tokenizer = Tokenizer.from_file(str(folder / f'{kind}.tokenizer.json'))
        plain = [tokenizer.encode(text, add_special_tokens=False).ids for text in texts]
        with_special = [tokenizer.encode(text, add_special_tokens=True).ids for text in texts]
        begins = tokenizer.encode('', add_special_tokens=True).ids
        assert all(ids == begins + bare for ids, bare in zip(with_special, plain)), kind
        awkward = awkward_ids(tokenizer)
        expected['kinds'][kind] = {
            'vocabularySize': tokenizer.get_vocab_size(), 'begins': begins, 'ids': plain,
            'texts': [tokenizer.decode(ids, skip_special_tokens=False) for ids in plain],
            'bareTexts': [tokenizer.decode(ids, skip_special_tokens=True) for ids in plain],
            'awkward': [{'ids': ids, 'text': tokenizer.decode(ids, skip_special_tokens=False)} for ids in awkward],
        }
    tokens = {'bos_token': '<s>', 'eos_token': '</s>'}
    for style, template in STYLES.items():
        expected['templates'][style] = {
            'template': template,
            'rendered': [{'text': rendered(template, tokens, chat, False), 'prompt': rendered(template, tokens, chat, True)} for chat in CHATS],
        }
    (folder / 'expected.json').write_text(json.dumps(expected, ensure_ascii=True, separators=(',', ':')) + '\n', 'utf-8')


if __name__ == '__main__':
    main()
