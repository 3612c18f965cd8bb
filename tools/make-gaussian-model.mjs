// Writes models/gaussian-3d/model.onnx: a 3D Gaussian (sigma 1 voxel, 7³ taps, edges repeated) as an ONNX graph.
// The few fields of ONNX's protobuf that it needs are encoded here, so that making it needs no further tool.
import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const folder = join(dirname(fileURLToPath(import.meta.url)), '..', 'models', 'gaussian-3d');

function varint(value) {
  const bytes = [];
  for (let rest = BigInt(value); ; rest >>= 7n) {
    if (rest < 0x80n) return Buffer.from([...bytes, Number(rest)]);
    bytes.push(Number(rest & 0x7fn) | 0x80);
  }
}
const integer = (field, value) => Buffer.concat([varint(field << 3), varint(value)]);
const bytes = (field, value) => {
  const body = Buffer.isBuffer(value) ? value : Buffer.from(value, 'utf8');
  return Buffer.concat([varint((field << 3) | 2), varint(body.length), body]);
};
const message = (field, ...parts) => bytes(field, Buffer.concat(parts));

// Field numbers of onnx.proto (IR version 8).
const FLOAT = 1,
  INT64 = 7;
const raw = (array) => Buffer.from(array.buffer);
const tensor = (name, type, dims, data) =>
  message(5, ...dims.map((n) => integer(1, n)), integer(2, type), bytes(8, name), bytes(9, raw(data)));
const attributeInts = (name, values) =>
  message(5, bytes(1, name), ...values.map((n) => integer(8, n)), integer(20, 7));
const attributeText = (name, value) => message(5, bytes(1, name), bytes(4, value), integer(20, 3));
const node = (type, inputs, outputs, ...attributes) =>
  message(
    1,
    ...inputs.map((n) => bytes(1, n)),
    ...outputs.map((n) => bytes(2, n)),
    bytes(4, type),
    ...attributes,
  );
const dimension = (value) => message(1, typeof value === 'number' ? integer(1, value) : bytes(2, value));
const value = (field, name, dims) =>
  message(
    field,
    bytes(1, name),
    message(2, message(1, integer(1, FLOAT), message(2, ...dims.map(dimension)))),
  );

const RADIUS = 3,
  SIGMA = 1;
const taps = Array.from({ length: 2 * RADIUS + 1 }, (_, i) =>
  Math.exp(-((i - RADIUS) ** 2) / (2 * SIGMA ** 2)),
);
const sum = taps.reduce((a, b) => a + b, 0);
const n = taps.length;
const kernel = new Float32Array(n ** 3);
for (let k = 0; k < n; k++)
  for (let j = 0; j < n; j++)
    for (let i = 0; i < n; i++) kernel[i + n * (j + n * k)] = (taps[i] * taps[j] * taps[k]) / sum ** 3;

const graph = message(
  7,
  node('Pad', ['image', 'pads'], ['padded'], attributeText('mode', 'edge')),
  node('Conv', ['padded', 'kernel'], ['smoothed'], attributeInts('kernel_shape', [n, n, n])),
  bytes(2, 'gaussian-3d'),
  tensor(
    'pads',
    INT64,
    [10],
    BigInt64Array.from([0, 0, RADIUS, RADIUS, RADIUS, 0, 0, RADIUS, RADIUS, RADIUS].map(BigInt)),
  ),
  tensor('kernel', FLOAT, [1, 1, n, n, n], kernel),
  value(11, 'image', [1, 1, 'slices', 'rows', 'columns']),
  value(12, 'smoothed', [1, 1, 'slices', 'rows', 'columns']),
);
const model = Buffer.concat([
  integer(1, 8),
  bytes(2, 'fluence'),
  bytes(3, '1'),
  graph,
  message(8, integer(2, 13)),
]);

mkdirSync(folder, { recursive: true });
writeFileSync(join(folder, 'model.onnx'), model);
writeFileSync(
  join(folder, 'manifest.json'),
  `${JSON.stringify(
    {
      name: 'gaussian-3d',
      version: '1',
      title: 'Gaussian, one voxel',
      file: 'model.onnx',
      sha256: createHash('sha256').update(model).digest('hex'),
      licence: 'Apache-2.0',
      inputs: [{ name: 'image', dimensions: [1, 1, null, null, null] }],
      outputs: [{ name: 'smoothed', dimensions: [1, 1, null, null, null] }],
      providers: ['cuda', 'webgpu', 'cpu'],
    },
    null,
    2,
  )}\n`,
);
