/**
 * A file on its way into a draft: in parts, and refused by its size before a byte of it is read.
 *
 * Deliberately absent: deciding what may be attached. The limits here only say early what the
 * desk and the server would say later.
 */
import { call } from "../ipc/call";
import type { DraftKind, DraftView, TicketId } from "../ipc/generated";
import { toBase64 } from "../ticket/bytes";

/** Largest file, bytes. */
export const FILE_BYTES_MAX = 25 * 1024 * 1024;
/** Most files under one text. */
export const FILES_MAX = 32;
/** Bytes in one part. */
export const PART_BYTES = 1024 * 1024;

/** Why a file is not taken. */
export type FileFault = "too-large" | "too-many" | "unreadable";

/** What is read of a file. */
export type Source = Pick<File, "name" | "type" | "size" | "slice">;

/** Why a file cannot be taken, told without reading it. */
export function faultOf(file: Pick<Source, "size">, already: number): FileFault | undefined {
  if (file.size > FILE_BYTES_MAX) return "too-large";
  return already >= FILES_MAX ? "too-many" : undefined;
}

/** Adds a file to a draft. `onprogress` hears how much of it is in, 0 to 1. */
export async function upload(
  file: Source,
  to: { ticket: TicketId; kind: DraftKind },
  onprogress: (share: number) => void,
): Promise<DraftView> {
  const { name, type: media_type, size: size_bytes } = file;
  const begun = await call("attachment.begin", { ...to, name, media_type, size_bytes });
  for (let at = 0; at < file.size; at += PART_BYTES) {
    const part = await file.slice(at, at + PART_BYTES).arrayBuffer();
    const base64 = toBase64(new Uint8Array(part));
    const { received_bytes } = await call("attachment.append", { upload: begun.upload, base64 });
    onprogress(received_bytes / Math.max(1, file.size));
  }
  return call("attachment.finish", { upload: begun.upload });
}
