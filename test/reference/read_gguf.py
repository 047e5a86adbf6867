"""Reads GGUF files with the gguf package (llama.cpp's own) and prints what is in each as one line of JSON: its SHA-256, the
metadata, and of every tensor its shape, type and dequantised values.

    python read_gguf.py FILE...

With --digest, values are the SHA-256 of their bytes as f32. test/fixtures/gguf/expected.json is what this prints of the files
that test/engine/gguf/gguf.test.ts writes when it is run with GGUF_FOLDER=FOLDER:
    python read_gguf.py --digest FOLDER/*.gguf > test/fixtures/gguf/expected.json
"""
import hashlib
import json
import pathlib
import sys

import gguf
import numpy


def plain(value):
    return [plain(item) for item in value] if isinstance(value, (list, tuple, numpy.ndarray)) else value.item() if isinstance(value, numpy.generic) else value


def read(path, digest):
    reader = gguf.GGUFReader(path)
    tensors = {}
    for tensor in reader.tensors:
        values = gguf.quants.dequantize(tensor.data, tensor.tensor_type).astype(numpy.float32)
        tensors[tensor.name] = {
            'shape': [int(size) for size in reversed(tensor.shape)], 'type': tensor.tensor_type.name,
            'values': hashlib.sha256(values.tobytes()).hexdigest() if digest else values.flatten().tolist(),
        }
    fields = {name: plain(field.contents()) for name, field in reader.fields.items() if not name.startswith('GGUF.')}
    return {'sha256': hashlib.sha256(pathlib.Path(path).read_bytes()).hexdigest(), 'metadata': fields, 'tensors': tensors}


def main():
    digest = '--digest' in sys.argv
    files = [argument for argument in sys.argv[1:] if argument != '--digest']
    print(json.dumps({pathlib.Path(path).name: read(path, digest) for path in files}, separators=(',', ':'), sort_keys=True))


if __name__ == '__main__':
    main()
