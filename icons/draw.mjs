// Draws every icon that the packages of the three systems want, from the SVG files beside it.
// Run `node icons/draw.mjs` after changing a drawing and commit what it writes. Needs rsvg-convert.
// Deliberately absent: an image library. PNG is drawn by librsvg; ICO and ICNS are folders of PNG.

import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";

const here = import.meta.dirname;
// Below this many pixels the fine roots run together, so the simpler drawing is taken.
const FINE_FROM_PX = 48;

const draw = (px, name = px < FINE_FROM_PX ? "holdfast-small" : "holdfast") =>
  execFileSync("rsvg-convert", ["-w", `${px}`, "-h", `${px}`, join(here, `${name}.svg`)]);
const write = (name, bytes) => writeFileSync(join(here, name), bytes);

const pngs = {
  "32x32.png": 32,
  "64x64.png": 64,
  "128x128.png": 128,
  "128x128@2x.png": 256,
  "icon.png": 512,
  "icon-1024.png": 1024,
  "StoreLogo.png": 50,
};
for (const [name, px] of Object.entries(pngs)) write(name, draw(px));
for (const px of [30, 44, 71, 89, 107, 142, 150, 284, 310]) {
  write(`Square${px}x${px}Logo.png`, draw(px));
}
write("tray.png", draw(32));
write("tray-needs.png", draw(32, "holdfast-needs"));
write("icon.ico", ico([16, 24, 32, 48, 64, 256]));
write("icon.icns", icns({ icp4: 16, icp5: 32, icp6: 64, ic07: 128, ic08: 256, ic09: 512, ic10: 1024 }));

// Windows: a header, one entry of 16 bytes an image, then the images. Tauri wants 32 px first.
function ico(sizes) {
  const images = [...sizes].sort((a, b) => (b === 32) - (a === 32)).map((px) => [px, draw(px)]);
  const head = Buffer.alloc(6 + 16 * images.length);
  head.writeUInt16LE(1, 2);
  head.writeUInt16LE(images.length, 4);
  let offset = head.length;
  images.forEach(([px, bytes], index) => {
    const at = 6 + 16 * index;
    head.writeUInt8(px % 256, at);
    head.writeUInt8(px % 256, at + 1);
    head.writeUInt16LE(1, at + 4);
    head.writeUInt16LE(32, at + 6);
    head.writeUInt32LE(bytes.length, at + 8);
    head.writeUInt32LE(offset, at + 12);
    offset += bytes.length;
  });
  return Buffer.concat([head, ...images.map(([, bytes]) => bytes)]);
}

// macOS: a length, then each image behind its four letters and its length. Big-endian.
function icns(kinds) {
  const block = (letters, bytes) => {
    const head = Buffer.alloc(8);
    head.write(letters, "latin1");
    head.writeUInt32BE(bytes.length + 8, 4);
    return Buffer.concat([head, bytes]);
  };
  const images = Object.entries(kinds).map(([letters, px]) => block(letters, draw(px)));
  return block("icns", Buffer.concat(images));
}
