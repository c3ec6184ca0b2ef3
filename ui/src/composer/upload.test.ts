import { beforeEach, expect, it } from "vitest";
import { connect } from "../ipc/call";
import { fromBase64 } from "../ticket/bytes";
import { FILE_BYTES_MAX, FILES_MAX, faultOf, PART_BYTES, upload } from "./upload";

let parts: Uint8Array[];
let names: string[];

beforeEach(() => {
  parts = [];
  names = [];
  connect({
    call: async (name, request) => {
      names.push(name);
      const { base64 } = request as { base64?: string };
      if (base64 !== undefined) parts.push(fromBase64(base64));
      const received_bytes = parts.reduce((sum, { length }) => sum + length, 0);
      return { upload: "u", received_bytes };
    },
    subscribe: () => () => undefined,
  });
});

const to = { ticket: "t", kind: "reply" } as const;

it("a file travels in parts that the border takes, and arrives whole", async () => {
  const bytes = new Uint8Array(PART_BYTES * 2 + 5).map((_, at) => at % 251);
  const shares: number[] = [];
  await upload(new File([bytes], "memory.dmp"), to, (share) => shares.push(share));
  expect(parts.map(({ length }) => length)).toEqual([PART_BYTES, PART_BYTES, 5]);
  expect(parts[2]).toEqual(bytes.slice(-5));
  expect(shares.at(-1)).toBe(1);
  expect(names).toEqual([
    "attachment.begin",
    "attachment.append",
    "attachment.append",
    "attachment.append",
    "attachment.finish",
  ]);
});

it("an empty file is a file", async () => {
  await upload(new File([], "empty.log"), to, () => undefined);
  expect(names).toEqual(["attachment.begin", "attachment.finish"]);
});

it("what is too large is refused by its size, before it is read", () => {
  expect(faultOf({ size: FILE_BYTES_MAX }, 0)).toBeUndefined();
  expect(faultOf({ size: FILE_BYTES_MAX + 1 }, 0)).toBe("too-large");
  expect(faultOf({ size: 3 * 1024 ** 3 }, 0)).toBe("too-large");
  expect(faultOf({ size: 1 }, FILES_MAX)).toBe("too-many");
});
