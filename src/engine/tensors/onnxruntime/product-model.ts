// An ONNX model that is one matrix product, written as the protocol buffer it is (onnx.proto of ONNX 1.12): the operator
// FusedMatMul of onnxruntime, which reads either operand transposed.

/** C = op(A) · op(B) of matrices of any size. */
export function productModel(transposeA: boolean, transposeB: boolean): Uint8Array {
  const node = message(
    text(1, 'A'), text(1, 'B'), text(2, 'C'), text(4, 'FusedMatMul'), flag('transA', transposeA), flag('transB', transposeB), text(7, microsoft),
  );
  const graph = message(field(1, node), text(2, 'product'), field(11, matrix('A')), field(11, matrix('B')), field(12, matrix('C')));
  return Uint8Array.from(message(integer(1, irVersion), field(7, graph), field(8, operators('', 17)), field(8, operators(microsoft, 1))));
}

const microsoft = 'com.microsoft';
const irVersion = 8;
const float = 1;
const integerAttribute = 2;

/** A value of type float tensor, its shape left open. */
function matrix(name: string): number[] {
  return message(text(1, name), field(2, field(1, integer(1, float))));
}

function flag(name: string, value: boolean): number[] {
  return field(5, message(text(1, name), integer(3, value ? 1 : 0), integer(20, integerAttribute)));
}

function operators(domain: string, version: number): number[] {
  return message(text(1, domain), integer(2, version));
}

function message(...fields: readonly number[][]): number[] {
  return fields.flat();
}

function field(number: number, bytes: readonly number[]): number[] {
  return [...variableLength((number << 3) | 2), ...variableLength(bytes.length), ...bytes];
}

function text(number: number, value: string): number[] {
  return field(number, [...new TextEncoder().encode(value)]);
}

function integer(number: number, value: number): number[] {
  return [...variableLength(number << 3), ...variableLength(value)];
}

function variableLength(value: number): number[] {
  return value < 128 ? [value] : [(value & 127) | 128, ...variableLength(value >>> 7)];
}
