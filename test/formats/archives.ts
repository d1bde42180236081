/** Archives made byte by byte, right ones and wrong ones. */
import { crc32, deflateRawSync } from "node:zlib";

export interface TarMember {
  name: string;
  content?: Uint8Array | string;
  /** "0" file, "1" hard link, "2" symbolic link, "3" device, "5" folder, "x" pax, "L" GNU long name. */
  type?: string;
  /** What the header says, where it is not the content's size. */
  size?: number;
  link?: string;
}

export function bytesOf(content: Uint8Array | string): Uint8Array<ArrayBuffer> {
  return typeof content === "string" ? new TextEncoder().encode(content) : content.slice();
}

export function join(...parts: Uint8Array[]): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(parts.reduce((total, part) => total + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    all.set(part, offset);
    offset += part.length;
  }
  return all;
}

/** The block and the padded content of one member of a tar archive. */
export function tarMember({ name, content = "", type = "0", size, link = "" }: TarMember): Uint8Array<ArrayBuffer> {
  const data = bytesOf(content);
  const bytes = new Uint8Array(512 + Math.ceil(data.length / 512) * 512);
  const put = (offset: number, text: string) => bytes.set(bytesOf(text), offset);
  put(0, name.slice(0, 100));
  put(100, "0000644\0");
  put(108, "0000000\0");
  put(116, "0000000\0");
  put(124, `${(size ?? data.length).toString(8).padStart(11, "0")}\0`);
  put(136, "00000000000\0");
  put(148, " ".repeat(8));
  put(156, type);
  put(157, link);
  put(257, "ustar\0" + "00");
  put(148, `${bytes.subarray(0, 512).reduce((sum, byte) => sum + byte, 0).toString(8).padStart(6, "0")}\0 `);
  bytes.set(data, 512);
  return bytes;
}

export function paxMember(records: Record<string, string>): Uint8Array<ArrayBuffer> {
  const content = Object.entries(records).map(([key, value]) => {
    const rest = ` ${key}=${value}\n`;
    let length = rest.length + 1;
    while (`${length}${rest}`.length !== length) length = `${length}${rest}`.length;
    return `${length}${rest}`;
  }).join("");
  return tarMember({ name: "PaxHeader", type: "x", content });
}

export function makeTar(...members: (TarMember | Uint8Array)[]): Uint8Array<ArrayBuffer> {
  const blocks = members.map((member) => member instanceof Uint8Array ? member : tarMember(member));
  return join(...blocks, new Uint8Array(1024));
}

export interface ZipMember {
  name: string;
  content?: Uint8Array | string;
  /** 0 stored, 8 deflated (default), anything else is only written down. */
  method?: number;
  /** What the headers say, where it is not true. */
  size?: number;
  crc?: number;
  /** 1: encrypted. */
  flags?: number;
  /** Unix mode, type included. */
  mode?: number;
}

export function makeZip(...members: ZipMember[]): Uint8Array<ArrayBuffer> {
  const files: Uint8Array[] = [];
  const directory: Uint8Array[] = [];
  let offset = 0;
  for (const { name, content = "", method = 8, size, crc, flags = 0, mode = 0o100644 } of members) {
    const raw = bytesOf(content);
    const packed = method === 8 ? bytesOf(deflateRawSync(raw)) : raw;
    const title = bytesOf(name);
    const common = new Uint8Array(26);
    const view = new DataView(common.buffer);
    view.setUint16(0, 20, true);
    view.setUint16(2, flags | 0x800, true);
    view.setUint16(4, method, true);
    view.setUint32(10, crc ?? crc32(raw), true);
    view.setUint32(14, packed.length, true);
    view.setUint32(18, size ?? raw.length, true);
    view.setUint16(22, title.length, true);
    const local = join(new Uint8Array([0x50, 0x4b, 3, 4]), common, title, packed);
    const rest = new Uint8Array(14);
    const restView = new DataView(rest.buffer);
    restView.setUint32(6, mode * 0x10000, true);
    restView.setUint32(10, offset, true);
    directory.push(join(new Uint8Array([0x50, 0x4b, 1, 2, 20, 3]), common, rest, title));
    files.push(local);
    offset += local.length;
  }
  const table = join(...directory);
  const end = new Uint8Array(22);
  const view = new DataView(end.buffer);
  view.setUint32(0, 0x06054b50, true);
  view.setUint16(8, members.length, true);
  view.setUint16(10, members.length, true);
  view.setUint32(12, table.length, true);
  view.setUint32(16, offset, true);
  return join(...files, table, end);
}
