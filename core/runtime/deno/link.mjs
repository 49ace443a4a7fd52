// Puts one front end together on the server, as a browser does before it runs anything of it, with no permission but to
// read the runtime. Reads one JSON object from stdin; writes JSON lines to stdout: {"problem"}, {"lacking"} for what the
// runtime does not have, {"done"}.

import { findCopy } from "../linker/copies.js";
import { synthesizeEntry } from "../linker/entry.js";
import { findFile, findStartPage, isOutside } from "../linker/files.js";
import { Linker } from "../linker/link.js";
import { pageScripts } from "../linker/page_scripts.js";

delete globalThis.process; // by which TypeScript takes its place for Node, and wants Node's modules
const say = (value) => console.log(JSON.stringify(value));

const { runtime, framework, files } = JSON.parse(await new Response(Deno.stdin.readable).text());
const base = `file://${runtime}/`;
const manifest = JSON.parse(await Deno.readTextFile(`${runtime}/manifest.json`));
const page = findStartPage(files);
const wanted = [];
const problem = (message, line = null) =>
  say({ problem: { message, path: page || null, line } });

const { scripts, names, isOwnStart } = pageScripts(files[page] ?? "");
for (const { address, isModule, text, line } of scripts) {
  if (address === null) {
    if (isModule) wanted.push({ kind: "inline-module", text: "\n".repeat(line - 1) + text, base: page });
    continue;
  }
  const path = findFile(files, page, address);
  if (path === undefined) {
    if (!isOutside(address)) problem(`loads ${address.slice(0, 200)}, which is not among the files`, line);
    else if (!findCopy(address, manifest)) say({ lacking: address.slice(0, 200) });
  } else if (isModule || /\.([cm]?tsx?|jsx)$/.test(path)) wanted.push({ kind: "module", path });
}
if (!wanted.length && framework) {
  const entry = synthesizeEntry(files, framework);
  if (!entry && !isOwnStart) problem("has no file to start from, such as src/main");
  else if (entry?.path) wanted.push({ kind: "module", path: entry.path });
  else if (entry) wanted.push({ kind: "inline-module", text: entry.text, base: entry.base });
}
const { problems } = await new Linker({ files, names, runtime: { base, manifest } }).link(wanted);
for (const { message, path, line, isOurs, isLazy } of problems)
  say(isOurs ? { lacking: message } : { problem: { message, path, line }, isLazy });
say({ done: true });
Deno.exit(0);
