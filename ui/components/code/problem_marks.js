// What is wrong with the text in a CodeMirror editor: a mark in the gutter, a line under the line, the sentences on both.
import * as CM from "nicegui-codemirror";

// Its value: [line, sentence] each, lines from 1.
export const setProblems = CM.StateEffect.define();

class ProblemMark extends CM.GutterMarker {
  constructor(sentence) {
    super();
    this.sentence = sentence;
  }
  eq(other) {
    return other.sentence === this.sentence;
  }
  toDOM() {
    const mark = document.createElement("span");
    mark.className = "lw-problem-mark";
    mark.textContent = "●";
    mark.title = mark.ariaLabel = this.sentence;
    return mark;
  }
}

// By line: every sentence that is about it.
const problemLines = CM.StateField.define({
  create: () => new Map(),
  update(lines, tr) {
    const effect = tr.effects.find((e) => e.is(setProblems));
    if (!effect) return lines;
    const found = new Map();
    for (const [line, sentence] of effect.value) found.set(line, [...(found.get(line) ?? []), sentence]);
    return found;
  },
  provide: (field) =>
    CM.EditorView.decorations.from(field, (lines) => (view) => {
      const marks = [];
      for (const [line, sentences] of [...lines].sort((a, b) => a[0] - b[0])) {
        if (line > view.state.doc.lines) continue;
        const attributes = { class: "lw-problem-line", title: sentences.join("\n") };
        marks.push(CM.Decoration.line({ attributes }).range(view.state.doc.line(line).from));
      }
      return CM.Decoration.set(marks);
    }),
});

export const problems = [
  problemLines,
  CM.gutter({
    class: "lw-problem-gutter",
    lineMarker(view, block) {
      const line = view.state.doc.lineAt(block.from).number;
      const sentences = view.state.field(problemLines).get(line);
      return sentences ? new ProblemMark(sentences.join("\n")) : null;
    },
    lineMarkerChange: (update) => update.transactions.some((tr) => tr.effects.some((e) => e.is(setProblems))),
    initialSpacer: () => new ProblemMark(""),
  }),
];
