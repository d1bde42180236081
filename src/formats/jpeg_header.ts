/**
 * The structure of a JPEG file (ITU-T T.81): its segments from start to end, without the pixels. The decoder fills what
 * is missing with grey and takes colour spaces for granted; here a file is refused before that.
 */
import { UserError } from "../errors.ts";
import { MOST_PIXELS } from "./pixels.ts";

/** A colour channel with its sampling: luma has usually more samples than the others. */
export interface JpegComponent {
  id: number;
  /** Samples in a row and in a column, relative to the other components. */
  h: number;
  v: number;
}

/** What the segments of a file say. */
export interface JpegHeader {
  width: number;
  height: number;
  components: JpegComponent[];
  /** Whether the components are red, green, blue and not luma and two of chroma. */
  isRgb: boolean;
  /** Where the text "Adobe" of an APP14 segment stands; -1 without one. */
  adobeOffset: number;
}

interface Frame {
  progressive: boolean;
  width: number;
  height: number;
  components: JpegComponent[];
}

/** libjpeg's advice against files that are made to take forever. */
const MOST_SCANS = 500;

/** @throws UserError for a file that is cut off or damaged, and for kinds of JPEG that are not read */
export function readJpegHeader(bytes: Uint8Array, file: string): JpegHeader {
  const cutOff = () =>
    new UserError(`${file}: the JPEG image is cut off: it ends after ${bytes.length} bytes, before its end mark`);
  const broken = (why: string) => new UserError(`${file}: the JPEG image is damaged: ${why}`);
  const u16 = (at: number) => (bytes[at] << 8) | bytes[at + 1];

  let frame: Frame | undefined;
  let coverage: ScanCoverage | undefined;
  let scans = 0;
  let adobeOffset = -1;
  let adobeTransform = -1;
  let hasJfif = false;
  if (u16(0) !== 0xffd8) throw broken("it does not begin with its start mark");
  for (let at = 2;;) {
    if (at >= bytes.length) throw cutOff();
    if (bytes[at] !== 0xff) throw broken(`there is no mark at byte ${at}`);
    while (bytes[at] === 0xff) at++;
    if (at >= bytes.length) throw cutOff();
    const mark = bytes[at++];
    if (mark === 0xd9) break;
    if (at + 2 > bytes.length) throw cutOff();
    const length = u16(at);
    if (length < 2) throw broken(`a segment at byte ${at} has no length`);
    if (at + length > bytes.length) throw cutOff();
    const segment = bytes.subarray(at + 2, at + length);
    if (mark === 0xe0 && startsWith(segment, "JFIF\0")) hasJfif = true;
    if (mark === 0xee && startsWith(segment, "Adobe") && segment.length >= 12) {
      adobeOffset = at + 2;
      adobeTransform = segment[11];
    }
    if (isFrameMark(mark)) {
      if (frame) throw broken("it has two frames");
      frame = readFrame(mark, segment, file, broken);
      coverage = scanCoverage(frame);
    }
    at += length;
    if (mark === 0xda) {
      if (!frame || !coverage) throw broken("a scan comes before the frame");
      if (++scans > MOST_SCANS) throw broken(`it has more than ${MOST_SCANS} scans`);
      coverage.add(segment, broken);
      at = endOfScan(bytes, at);
    }
  }
  if (!frame || !coverage) throw broken("it has no frame");
  if (!coverage.isComplete()) throw broken("a part of its scans is missing");
  checkSize(frame, bytes.length, file);
  const { width, height, components } = frame;
  const ids = String.fromCharCode(...components.map(({ id }) => id));
  // What libjpeg makes of it: Adobe's word, then JFIF's, then the names of the components.
  const isRgb = components.length === 3 && (adobeTransform >= 0 ? adobeTransform === 0 : !hasJfif && ids === "RGB");
  return { width, height, components, isRgb, adobeOffset };
}

function startsWith(segment: Uint8Array, text: string): boolean {
  return [...text].every((character, i) => segment[i] === character.charCodeAt(0));
}

/** SOF0 to SOF15; four marks in between mean something else. */
function isFrameMark(mark: number): boolean {
  return mark >= 0xc0 && mark <= 0xcf && mark !== 0xc4 && mark !== 0xc8 && mark !== 0xcc;
}

function readFrame(mark: number, segment: Uint8Array, file: string, broken: (why: string) => UserError): Frame {
  const unread = (what: string) =>
    new UserError(`${file}: ${what} is not read here`, { hint: "Convert it to a common RGB or grey JPEG, or to PNG." });
  if (mark > 0xc2) throw unread(mark >= 0xc9 ? "a JPEG image with arithmetic coding" : "a lossless JPEG image");
  if (segment.length < 6) throw broken("its frame is too short");
  const [precision, , , , , count] = segment;
  if (precision !== 8) throw unread(`a JPEG image of ${precision} bits`);
  const height = (segment[1] << 8) | segment[2];
  const width = (segment[3] << 8) | segment[4];
  if (width === 0 || height === 0) throw broken(`its size is ${width}×${height}`);
  if (count === 4) throw unread("a CMYK JPEG image");
  if (count !== 1 && count !== 3) throw unread(`a JPEG image of ${count} channels`);
  if (segment.length !== 6 + 3 * count) throw broken("its frame has the wrong length");
  const components = Array.from({ length: count }, (_, i) => {
    const [id, sampling] = segment.subarray(6 + 3 * i);
    return { id, h: sampling >> 4, v: sampling & 15 };
  });
  if (components.some(({ h, v }) => h < 1 || h > 4 || v < 1 || v > 4)) throw broken("its sampling is not 1 to 4");
  if (new Set(components.map(({ id }) => id)).size < count) throw broken("two channels have one name");
  return { progressive: mark === 0xc2, width, height, components };
}

interface ScanCoverage {
  add(segment: Uint8Array, broken: (why: string) => UserError): void;
  isComplete(): boolean;
}

/** Which coefficients have come, to the last bit: an image of which scans are missing looks only blurred. */
function scanCoverage({ progressive, components }: Frame): ScanCoverage {
  const lowestBit = new Map(components.map(({ id }) => [id, new Uint8Array(64).fill(255)]));
  return {
    add(segment, broken) {
      const count = segment[0];
      if (segment.length !== 4 + 2 * count || count < 1 || count > components.length) {
        throw broken("a scan is not valid");
      }
      const [first, last, bits] = segment.subarray(1 + 2 * count);
      if (progressive && (first > last || last > 63)) throw broken("a scan is not valid");
      for (let i = 0; i < count; i++) {
        const lowest = lowestBit.get(segment[1 + 2 * i]);
        if (!lowest) throw broken("a scan has a channel that the frame does not have");
        if (progressive) lowest.fill(bits & 15, first, last + 1);
        else lowest.fill(0);
      }
    },
    isComplete: () => [...lowestBit.values()].every((lowest) => lowest.every((bit) => bit === 0)),
  };
}

/** The place of the mark that ends the packed data from `at` on. */
function endOfScan(bytes: Uint8Array, at: number): number {
  for (;;) {
    at = bytes.indexOf(0xff, at);
    if (at < 0) return bytes.length;
    const next = bytes[at + 1];
    // A stuffed byte and restart marks belong to the data.
    if (next !== 0 && !(next >= 0xd0 && next <= 0xd7)) return at;
    at += 2;
  }
}

function checkSize({ width, height }: Frame, bytes: number, file: string): void {
  if (width * height > MOST_PIXELS) {
    throw new UserError(
      `${file}: the JPEG image has ${width}×${height} pixels, more than ${MOST_PIXELS / 1e6} million`,
    );
  }
  // A block of 8×8 pixels takes a bit at least: memory is only taken for what can be there.
  if (Math.ceil(width / 8) * Math.ceil(height / 8) > 8 * bytes) {
    throw new UserError(`${file}: the JPEG image is damaged: ${bytes} bytes cannot hold ${width}×${height} pixels`);
  }
}
