/**
 * Measures the frames in a client's WebSocket stream (RFC 6455, section 5.2): `ws` limits only messages, but API Gateway
 * also limits frames.
 */
export class FrameMeter {
  private header: number[] = [];
  private payloadLeft = 0;

  /** @returns the payload size in bytes of the longest frame whose header ends in this chunk; 0 if there is no such frame */
  longest(chunk: Uint8Array): number {
    let longest = 0;
    let position = 0;
    while (position < chunk.length) {
      if (this.payloadLeft > 0) {
        const skipped = Math.min(this.payloadLeft, chunk.length - position);
        this.payloadLeft -= skipped;
        position += skipped;
        continue;
      }
      this.header.push(chunk[position] ?? 0);
      position += 1;
      const length = payloadLength(this.header);
      if (length !== undefined) {
        longest = Math.max(longest, length);
        this.payloadLeft = length;
        this.header = [];
      }
    }
    return longest;
  }
}

/** @returns the payload length in the header; undefined while the header is incomplete */
function payloadLength(header: readonly number[]): number | undefined {
  const [, second] = header;
  if (second === undefined) {
    return undefined;
  }
  const short = second & 0x7f;
  const extended = short === 127 ? 8 : short === 126 ? 2 : 0;
  const mask = second & 0x80 ? 4 : 0;
  if (header.length < 2 + extended + mask) {
    return undefined;
  }
  return extended === 0 ? short : header.slice(2, 2 + extended).reduce((length, byte) => length * 256 + byte, 0);
}
