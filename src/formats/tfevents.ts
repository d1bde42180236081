/**
 * TensorBoard's event files: records of TensorFlow (length, its checksum, an `Event` message, its checksum) with scalars
 * and histograms. Field numbers are those of tensorflow/core/util/event.proto and framework/summary.proto.
 */
import { ProtobufWriter } from "./protobuf.ts";

/** One value at one step. */
export type EventValue =
  | { readonly kind: "scalar"; readonly tag: string; readonly value: number }
  | { readonly kind: "histogram"; readonly tag: string; readonly values: ArrayLike<number> };

/** What happened at a step. */
export interface TensorBoardEvent {
  readonly step: number;
  /** Seconds since 1970. */
  readonly wallTime: number;
  readonly values: readonly EventValue[];
}

/** Bins of a histogram, equally wide. */
const BINS = 50;

/** The bytes of an event file; its name must contain `tfevents`. */
export function encodeEvents(events: readonly TensorBoardEvent[]): Uint8Array<ArrayBuffer> {
  const first = events[0]?.wallTime ?? 0;
  const records = [record(new ProtobufWriter().double(1, first).text(3, "brain.Event:2").finish())];
  for (const { step, wallTime, values } of events) {
    const summary = new ProtobufWriter();
    for (const value of values) summary.message(1, encodeValue(value));
    records.push(record(new ProtobufWriter().double(1, wallTime).integer(2, step).message(5, summary).finish()));
  }
  const whole = new Uint8Array(records.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const bytes of records) {
    whole.set(bytes, at);
    at += bytes.length;
  }
  return whole;
}

function encodeValue(value: EventValue): ProtobufWriter {
  const message = new ProtobufWriter().text(1, value.tag);
  if (value.kind === "scalar") return message.float(2, value.value);
  return message.message(5, histogram(value.values));
}

/** A HistogramProto: the extremes, count, sums, and the numbers of values up to each limit. */
function histogram(values: ArrayLike<number>): ProtobufWriter {
  let least = Infinity, most = -Infinity, count = 0, sum = 0, squares = 0;
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    if (!Number.isFinite(value)) continue;
    least = Math.min(least, value);
    most = Math.max(most, value);
    count++;
    sum += value;
    squares += value * value;
  }
  if (count === 0) least = most = 0;
  const width = (most - least) / BINS;
  const bins = width > 0 ? BINS : 1, counts = new Array<number>(bins).fill(0);
  const limits = Array.from({ length: bins }, (_, i) => (i === bins - 1 ? most : least + (i + 1) * width));
  for (let i = 0; i < values.length; i++) {
    if (!Number.isFinite(values[i])) continue;
    counts[width > 0 ? Math.min(bins - 1, Math.floor((values[i] - least) / width)) : 0]++;
  }
  return new ProtobufWriter().double(1, least).double(2, most).double(3, count).double(4, sum).double(5, squares)
    .packedDoubles(6, limits).packedDoubles(7, counts);
}

function record(data: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(data.length + 16), view = new DataView(bytes.buffer);
  view.setBigUint64(0, BigInt(data.length), true);
  view.setUint32(8, maskedCrc(bytes.subarray(0, 8)), true);
  bytes.set(data, 12);
  view.setUint32(12 + data.length, maskedCrc(data), true);
  return bytes;
}

/** CRC-32C (Castagnoli), rotated and shifted as TensorFlow stores checksums of checksummed data. */
export function maskedCrc(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) crc = (crc >>> 8) ^ TABLE[(crc ^ byte) & 0xff];
  crc = ~crc >>> 0;
  return (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0;
}

const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0x82f63b78 : crc >>> 1;
  return crc;
});
