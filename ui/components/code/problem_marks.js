// Problems in a CodeMirror editor: a mark in the gutter and a background for the line, each with the messages as its
// tooltip.
import * as CM from "nicegui-codemirror";

// The value is a list of [line, message], lines from 1.
export const setProblems = CM.StateEffect.define();

class ProblemMark extends CM.GutterMarker {
  constructor(message) {
    super();
    this.message = message;
  }
  eq(other) {
    return other.message === this.message;
  }
  toDOM() {
    const mark = document.createElement("span");
    mark.className = "lw-problem-mark";
    mark.textContent = "●";
    mark.title = mark.ariaLabel = this.message;
    return mark;
  }
}

// A map from the line to its messages.
const problemLines = CM.StateField.define({
  create: () => new Map(),
  update(lines, transaction) {
    const effect = transaction.effects.find((e) => e.is(setProblems));
    return effect ? groupByLine(effect.value) : lines;
  },
  provide: (field) => CM.EditorView.decorations.from(field, lineDecorations),
});

function groupByLine(problems) {
  const lines = new Map();
  for (const [line, message] of problems) lines.set(line, [...(lines.get(line) ?? []), message]);
  return lines;
}

function lineDecorations(lines) {
  return (view) => {
    const marks = [];
    for (const [line, messages] of [...lines].sort((a, b) => a[0] - b[0])) {
      if (line > view.state.doc.lines) continue; // the rest of the text is still to come
      const attributes = { class: "lw-problem-line", title: messages.join("\n") };
      marks.push(CM.Decoration.line({ attributes }).range(view.state.doc.line(line).from));
    }
    return CM.Decoration.set(marks);
  };
}

export const problemMarks = [
  problemLines,
  CM.gutter({
    class: "lw-problem-gutter",
    lineMarker(view, block) {
      const line = view.state.doc.lineAt(block.from).number;
      const messages = view.state.field(problemLines).get(line);
      return messages ? new ProblemMark(messages.join("\n")) : null;
    },
    lineMarkerChange: (update) =>
      update.transactions.some((transaction) => transaction.effects.some((e) => e.is(setProblems))),
    initialSpacer: () => new ProblemMark(""),
  }),
];
