/**
 * Stands between a socket and the broker's parser, which would keep a packet of up to 256 MiB in
 * memory before anybody may look at it. A packet that says it is longer than the limit ends the
 * connection at its header.
 */

import type { Socket } from 'node:net';
import { Duplex } from 'node:stream';

const LENGTH_BYTES_MAX = 4;

/** Follows the packets of a stream: MQTT 3.1.1, section 2.2, fixed header and remaining length. */
export class PacketLengths {
  readonly #most: number;
  #state: 'type' | 'length' | 'body' = 'type';
  #length = 0;
  #lengthBytes = 0;

  constructor(most: number) {
    this.#most = most;
  }

  /** Whether every packet so far is within the limit. */
  accepts(bytes: Uint8Array): boolean {
    let at = 0;
    while (at < bytes.length) {
      if (this.#state === 'body') {
        const step = Math.min(this.#length, bytes.length - at);
        this.#length -= step;
        at += step;
        if (this.#length === 0) this.#state = 'type';
        continue;
      }
      const byte = bytes[at] ?? 0;
      at += 1;
      if (this.#state === 'type') {
        this.#state = 'length';
        this.#length = 0;
        this.#lengthBytes = 0;
        continue;
      }
      this.#length += (byte & 127) * 128 ** this.#lengthBytes;
      this.#lengthBytes += 1;
      if (this.#length > this.#most || this.#lengthBytes > LENGTH_BYTES_MAX) return false;
      if (byte < 128) this.#state = this.#length === 0 ? 'type' : 'body';
    }
    return true;
  }
}

/** The socket, as far as its packets are within the limit. */
export class GuardedSocket extends Duplex {
  readonly #socket: Socket;

  constructor(socket: Socket, packetBytesMax: number, onTooLong: () => void) {
    super();
    this.#socket = socket;
    const lengths = new PacketLengths(packetBytesMax);
    socket.on('data', (bytes: Buffer) => {
      if (!lengths.accepts(bytes)) {
        onTooLong();
        this.destroy();
        return;
      }
      if (!this.push(bytes)) socket.pause();
    });
    socket.once('end', () => this.push(null));
    socket.once('error', () => this.destroy());
    socket.once('close', () => this.destroy());
  }

  override _read(): void {
    this.#socket.resume();
  }

  override _write(chunk: Buffer, _encoding: string, done: (error?: Error | null) => void): void {
    this.#socket.write(chunk, done);
  }

  /** A packet is written in pieces: they leave together. */
  override _writev(
    pieces: readonly { readonly chunk: Buffer }[],
    done: (error?: Error | null) => void,
  ): void {
    this.#socket.write(Buffer.concat(pieces.map(({ chunk }) => chunk)), done);
  }

  override _final(done: () => void): void {
    this.#socket.end(done);
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#socket.destroy();
    done(error);
  }
}
