/** A link that holds everything that is to be seen: no server knows of it, it is all in the part after the `#`. */
import type { SourceFile } from "../engine/protocol.ts";
import { isLink, VERSION } from "./address.ts";

export interface Shared {
  readonly example: string;
  readonly files: readonly SourceFile[];
  readonly send: { readonly from: string; readonly to: string; readonly port: number };
}

const MOST_BYTES = 16 * 1024 * 1024;
const MOST_FILES = 500;

export async function toHash(shared: Shared): Promise<string> {
  const bytes = new TextEncoder().encode(JSON.stringify(shared));
  const packed = await through(new CompressionStream("deflate-raw"), bytes);
  const text = btoa(Array.from(packed, (byte) => String.fromCharCode(byte)).join(""));
  return `#${VERSION}${text.replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "")}`;
}

/** What a link holds; null if it holds nothing that can be read. */
export async function fromHash(hash: string): Promise<Shared | null> {
  if (!isLink(hash)) return null;
  try {
    const text = hash
      .slice(1 + VERSION.length)
      .replaceAll("-", "+")
      .replaceAll("_", "/");
    const packed = Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
    const bytes = await through(new DecompressionStream("deflate-raw"), packed);
    return checked(JSON.parse(new TextDecoder().decode(bytes)));
  } catch {
    return null;
  }
}

async function through(
  stream: CompressionStream | DecompressionStream,
  bytes: Uint8Array<ArrayBuffer>,
): Promise<Uint8Array<ArrayBuffer>> {
  const writer = stream.writable.getWriter();
  const written = writer.write(bytes).then(() => writer.close());
  const [result] = await Promise.all([whole(stream.readable), written]);
  return result;
}

/** All that comes, unless it is more than anybody would send: a few bytes may unfold to gigabytes. */
async function whole(stream: ReadableStream<Uint8Array>): Promise<Uint8Array<ArrayBuffer>> {
  const parts: Uint8Array[] = [];
  let size = 0;
  const reader = stream.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    size += value.length;
    if (size > MOST_BYTES) {
      await reader.cancel();
      throw new Error("The link unfolds to more than a page can show.");
    }
    parts.push(value);
  }
  const all = new Uint8Array(size);
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/** Links come from strangers. */
function checked(value: unknown): Shared | null {
  const { example, files, send } = (value ?? {}) as Partial<Shared>;
  const isFile = (f: SourceFile) => typeof f?.name === "string" && typeof f.text === "string";
  const good =
    typeof example === "string" &&
    Array.isArray(files) &&
    files.length > 0 &&
    files.length <= MOST_FILES &&
    files.every(isFile) &&
    typeof send?.from === "string" &&
    typeof send.to === "string" &&
    Number.isInteger(send.port);
  return good ? { example, files, send } : null;
}
