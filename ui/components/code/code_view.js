// The live code of one side. New text comes as deltas with absolute offsets (in code points) and is never sent twice;
// what does not fit what is here asks for a resync. `text` of the root element is the run's whole text; what is shown
// is one document of it: a file, or the answer as it was written.
import * as CM from "nicegui-codemirror";
import { copyText } from "/assets/copy.js";
import { problems, setProblems } from "/assets/problem_marks.js";

const NEAR_END = 24; // px: a reader this close to the end is at the end
const setLive = CM.StateEffect.define();
const setSeam = CM.StateEffect.define();

export default {
  template: `
    <div class="lw-code">
      <div class="lw-copies">
        <span>{{ path }}</span>
        <template v-if="path">
          <button type="button" @click="copy('file')" :title="path">{{ copied === "file" ? "Copied" : "Copy file" }}</button>
          <button type="button" @click="download" :title="path">Download file</button>
        </template>
        <button type="button" @click="copy('run')" title="The whole answer">{{ copied === "run" ? "Copied" : "Copy" }}</button>
      </div>
      <div class="lw-code-editor" ref="editor"></div>
    </div>`,
  props: { content: String, label: String },
  data: () => ({ copied: "", path: null }),
  mounted() {
    this.run = { id: null, text: "", length: 0 };
    this.shown = { id: null, text: "", length: 0, language: null };
    this.atEnd = true;
    this.lastTop = 0;
    Object.defineProperty(this.$el, "text", { configurable: true, get: () => this.run.text });
    this.language = new CM.Compartment();
    this.editor = new CM.EditorView({ parent: this.$refs.editor, state: this.freshState("") });
    this.editor.scrollDOM.addEventListener("scroll", () => this.noteScroll(), { passive: true });
    this.$emit("resync");
  },
  beforeUnmount() {
    this.editor.destroy();
  },
  methods: {
    // The run's text: begins anew with another run, else goes on at its offset.
    write(id, offset, text) {
      if (id !== this.run.id) this.run = { id, text: "", length: 0 };
      const fresh = this.fitting(this.run, offset, text);
      if (fresh === null) return;
      this.run.text += fresh;
      this.run.length += countPoints(fresh);
    },
    // The shown document: begins anew with another id, else goes on at its offset.
    show(id, language, offset, text, path) {
      if (id !== this.shown.id) {
        // Another form of a file is read on where the one before it was left.
        this.kept = path && path === this.path && !this.live ? this.editor.scrollDOM.scrollTop : 0;
        this.shown = { id, text: "", length: 0, language: null };
        this.path = path;
        this.seam = null;
        this.atEnd = true;
        this.lastTop = 0;
        this.editor.setState(this.freshState(""));
      }
      this.setLanguage(language);
      const fresh = this.fitting(this.shown, offset, text);
      if (!fresh) return;
      const end = this.editor.state.doc.length;
      this.editor.dispatch({ changes: { from: end, insert: fresh } });
      this.shown.text += fresh;
      this.shown.length += countPoints(fresh);
      if (this.atEnd && this.live) this.scrollToEnd();
      else if (this.kept) this.scrollToKept();
    },
    // Where an earlier run was cut and this one went on; said once for each document.
    markSeam(id, offset) {
      if (id !== this.shown.id || this.seam === id) return;
      this.seam = id;
      const points = [...this.editor.state.doc.toString()].slice(0, offset).join("");
      this.editor.dispatch({ effects: setSeam.of(points.length) });
    },
    // What is wrong with the shown document: [line, sentence] each, in its gutter and under its lines.
    markProblems(id, problems) {
      if (id === this.shown.id) this.editor.dispatch({ effects: setProblems.of(problems) });
    },
    jump(line) {
      const { doc } = this.editor.state;
      const from = doc.line(Math.min(Math.max(line, 1), doc.lines)).from;
      this.atEnd = false;
      this.kept = 0;
      this.editor.dispatch({ selection: { anchor: from }, effects: CM.EditorView.scrollIntoView(from, { y: "center" }) });
      this.editor.focus();
    },
    setLive(live) {
      this.live = live;
      this.editor.dispatch({ effects: setLive.of(live) });
    },
    // The part of a delta that is new here; null, and a call for help, where something before it is missing.
    fitting(place, offset, text) {
      if (offset > place.length) {
        this.$emit("resync");
        return null;
      }
      return offset === place.length ? text : [...text].slice(place.length - offset).join("");
    },
    setLanguage(name) {
      if (name === this.shown.language) return;
      this.shown.language = name;
      const found = CM.languages.find((l) => [l.name, ...l.alias].some((a) => a.toLowerCase() === name));
      const reconfigure = (extension) => this.editor.dispatch({ effects: this.language.reconfigure(extension) });
      if (!found) return reconfigure([]);
      const loaded = (support) => name === this.shown.language && reconfigure(support);
      const failed = () => (this.shown.language = null); // no connection: the next text tries again
      found.load().then(loaded, failed);
    },
    freshState(doc) {
      return CM.EditorState.create({
        doc,
        extensions: [
          CM.basicSetup,
          CM.EditorState.readOnly.of(true),
          CM.EditorView.editable.of(false),
          CM.EditorView.contentAttributes.of({ tabindex: "0", "aria-label": this.label }),
          CM.syntaxHighlighting(highlightStyle()),
          this.language.of([]),
          caret(this.live),
          seam,
          problems,
        ],
      });
    },
    // Only a move upwards means that the reader wants to stay: distance alone grows by itself while text comes.
    noteScroll() {
      const { scrollTop, scrollHeight, clientHeight } = this.editor.scrollDOM;
      if (scrollTop < this.lastTop - 1) this.atEnd = false;
      if (scrollHeight - scrollTop - clientHeight < NEAR_END) this.atEnd = true;
      this.lastTop = scrollTop;
    },
    scrollToEnd() {
      this.editor.requestMeasure({
        key: "end",
        read: (view) => view.scrollDOM.scrollHeight,
        write: (height, view) => {
          if (this.atEnd) view.scrollDOM.scrollTop = height;
        },
      });
    },
    scrollToKept() {
      this.editor.requestMeasure({
        key: "kept",
        read: () => this.kept,
        write: (kept, view) => {
          if (this.kept) view.scrollDOM.scrollTop = kept;
        },
      });
    },
    async copy(what) {
      await copyText(what === "file" ? this.shown.text : this.run.text);
      this.copied = what;
      setTimeout(() => (this.copied = ""), 1500);
    },
    // What is shown is here already: saving it asks nobody.
    download() {
      const link = document.createElement("a");
      link.href = URL.createObjectURL(new Blob([this.shown.text], { type: "text/plain" }));
      link.download = this.path.split("/").at(-1);
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), 1000);
    },
  },
};

function countPoints(text) {
  let count = text.length;
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) >> 10 === 0x36) count--; // a high surrogate
  return count;
}

class CaretWidget extends CM.WidgetType {
  toDOM() {
    const mark = document.createElement("span");
    mark.className = "lw-caret";
    return mark;
  }
  eq() {
    return true;
  }
}

// A block behind the last character while the model writes.
function caret(live) {
  const mark = CM.Decoration.widget({ widget: new CaretWidget(), side: 1 });
  const at = (state, on) => (on ? CM.Decoration.set([mark.range(state.doc.length)]) : CM.Decoration.none);
  return CM.StateField.define({
    create: (state) => ({ on: live, set: at(state, live) }),
    update(value, tr) {
      const effect = tr.effects.find((e) => e.is(setLive));
      if (!effect && !tr.docChanged) return value;
      const on = effect ? effect.value : value.on;
      return { on, set: at(tr.state, on) };
    },
    provide: (field) => CM.EditorView.decorations.from(field, (value) => value.set),
  });
}

class SeamWidget extends CM.WidgetType {
  toDOM() {
    const mark = document.createElement("span");
    mark.className = "lw-seam";
    mark.title = mark.ariaLabel = "Continued here: check the seam";
    return mark;
  }
  eq() {
    return true;
  }
}

const seam = CM.StateField.define({
  create: () => CM.Decoration.none,
  update(set, tr) {
    const effect = tr.effects.find((e) => e.is(setSeam));
    if (!effect) return set.map(tr.changes);
    return CM.Decoration.set([CM.Decoration.widget({ widget: new SeamWidget(), side: -1 }).range(effect.value)]);
  },
  provide: (field) => CM.EditorView.decorations.from(field),
});

// Our colours for the tags of CodeMirror's own styles: the bundle gives the styles but not the tags themselves.
const COLOURS = {
  "--lw-kw": ["keyword", "operatorKeyword", "modifier", "self"],
  "--lw-fn": ["function(variableName)", "typeName", "className", "namespace", "heading"],
  "--lw-str": ["string", "special(string)", "inserted", "character"],
  "--lw-num": ["number", "bool", "atom", "literal", "regexp", "escape", "url", "color"],
  "--lw-com": ["comment"],
  "--lw-dec": ["meta", "annotation", "labelName", "macroName", "processingInstruction"],
};

let style;
function highlightStyle() {
  if (style) return style;
  const tags = new Map();
  for (const spec of [...CM.defaultHighlightStyle.specs, ...CM.oneDarkHighlightStyle.specs])
    for (const tag of [spec.tag].flat()) tags.set(String(tag), tag);
  const specs = [];
  for (const [colour, names] of Object.entries(COLOURS))
    for (const name of names) if (tags.has(name)) specs.push({ tag: tags.get(name), color: `var(${colour})` });
  style = CM.HighlightStyle.define(specs);
  return style;
}
