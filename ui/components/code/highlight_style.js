// The colours of code in a CodeMirror editor.
import * as CM from "nicegui-codemirror";

// Our colours by the names of CodeMirror's tags. The bundle exports its styles but not the tags.
const COLORS = {
  "--lw-code-keyword": ["keyword", "operatorKeyword", "modifier", "self"],
  "--lw-code-function": ["function(variableName)", "typeName", "className", "namespace", "heading"],
  "--lw-code-string": ["string", "special(string)", "inserted", "character"],
  "--lw-code-number": ["number", "bool", "atom", "literal", "regexp", "escape", "url", "color"],
  "--lw-code-comment": ["comment"],
  "--lw-code-decorator": ["meta", "annotation", "labelName", "macroName", "processingInstruction"],
};

let cachedStyle;
// Defined once, and only when the first editor is made.
export function highlightStyle() {
  cachedStyle ??= CM.HighlightStyle.define(highlightSpecs());
  return cachedStyle;
}

function highlightSpecs() {
  const tags = new Map();
  for (const spec of [...CM.defaultHighlightStyle.specs, ...CM.oneDarkHighlightStyle.specs]) {
    for (const tag of [spec.tag].flat()) tags.set(String(tag), tag);
  }
  return Object.entries(COLORS).flatMap(([color, names]) =>
    names
      .filter((name) => tags.has(name))
      .map((name) => ({ tag: tags.get(name), color: `var(${color})` })),
  );
}
