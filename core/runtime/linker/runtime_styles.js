// Style sheets of the runtime, with the fonts that they refer to inside

const REFERENCE =
  /url\(\s{0,9}["']?([^"')\s]{1,500})["']?\s{0,9}\)(\s{0,9}format\(["']?[\w-]+["']?\))?/g;

export async function inlineRuntimeStyle(text, path, base) {
  const found = [...text.matchAll(REFERENCE)].filter(
    ([, target]) => /^[./\w]/.test(target) && !/^(data|https?):/.test(target),
  );
  const urls = new Map();
  await Promise.all(
    found.map(async ([, target]) => {
      const bare = target.split(/[?#]/, 1)[0];
      if (!/\.woff2$/.test(bare) || urls.has(target)) return;
      urls.set(target, "");
      const answer = await fetch(new URL(bare, base + path));
      if (answer.ok)
        urls.set(
          target,
          `data:font/woff2;base64,${base64(new Uint8Array(await answer.arrayBuffer()))}`,
        );
    }),
  );
  return text.replace(REFERENCE, (whole, target, format = "") => {
    if (/^(data|https?):/.test(target)) return whole;
    return `url("${urls.get(target) || "data:,"}")${format}`;
  });
}

function base64(bytes) {
  let text = "";
  for (let start = 0; start < bytes.length; start += 32_768)
    text += String.fromCharCode(...bytes.subarray(start, start + 32_768));
  return btoa(text);
}
