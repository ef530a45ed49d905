import fc from 'fast-check';
import { FrameMeter } from '../../websocket/frame-meter';

/** @returns a frame in the format of RFC 6455, with a payload of zeros. */
function frameOf(length: number, masked: boolean): Buffer {
  const mask = masked ? 0x80 : 0;
  const header =
    length < 126
      ? Buffer.from([0x81, mask | length])
      : length < 65_536
        ? Buffer.from([0x81, mask | 126, length >> 8, length & 0xff])
        : Buffer.concat([Buffer.from([0x81, mask | 127, 0, 0, 0, 0]), uint32(length)]);
  return Buffer.concat([header, Buffer.alloc(masked ? 4 : 0), Buffer.alloc(length)]);
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

const length = fc.oneof(fc.nat(300), fc.constantFrom(125, 126, 127, 65_535, 65_536), fc.nat(70_000));

test('the longest frame is found, regardless of how the stream is split', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(length, fc.boolean()), { minLength: 1, maxLength: 4 }),
      fc.array(fc.integer({ min: 1, max: 5000 }), { minLength: 1 }),
      (frames, cuts) => {
        const stream = Buffer.concat(frames.map(([size, masked]) => frameOf(size, masked)));
        const meter = new FrameMeter();
        let longest = 0;
        for (let position = 0, turn = 0; position < stream.length; turn += 1) {
          const cut = cuts[turn % cuts.length] ?? 1;
          longest = Math.max(longest, meter.longest(stream.subarray(position, position + cut)));
          position += cut;
        }
        expect(longest).toBe(Math.max(...frames.map(([size]) => size)));
      },
    ),
  );
});

test('a frame is measured by its header, before its payload arrives', () => {
  expect(new FrameMeter().longest(frameOf(70_000, true).subarray(0, 14))).toBe(70_000);
});
