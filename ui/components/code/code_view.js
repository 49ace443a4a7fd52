// The live code of one side. New text comes as deltas with absolute offsets, in code points. A delta
// that leaves a gap is answered by a request to send everything again. `text` of the root element is
// the run's whole text; the editor shows one document of it: a file, or the whole answer.
import * as CM from "nicegui-codemirror";
import { copyText } from "clipboard";
import { editability, editMode, notTyped } from "edit_mode";
import { EditStrip } from "edit_strip";
import { highlightStyle } from "highlight_style";
import { problemMarks, setProblems } from "problem_marks";

const READER_TIME = 1000; // ms after a key, a wheel or a touch in which a scroll is the reader's doing
const MAX_CORRECTIONS = 5; // of the place after each text, should the editor move it again and again
const NEAR_END = 24; // px: a reader this close to the end follows it
const WRAP = "livewright-wrap"; // in this browser: whether long lines wrap
const NARROW = 760; // px: on a phone they do unless somebody has chosen
const PHRASES = {
  // of the panel to find something in the file
  next: "Next",
  previous: "Previous",
  all: "Mark all",
  "match case": "Match case",
  regexp: "Pattern",
  "by word": "Whole words",
};
const setLive = CM.StateEffect.define();
const setSplice = CM.StateEffect.define();

export default {
  components: { EditStrip },
  mixins: [editMode],
  template: `
    <div class="lw-code-view" :class="{ editing: isEditing }">
      <edit-strip v-if="edits && (isEditing || edits.count)" :edits="edits" :path="path" :is-editing="isEditing"
        :can-save="canEdit" :is-saving="isSaving" :is-taken="isTaken" @save="saveEdits" @discard="discardEdits" @done="isEditing = false" @open="openEdited"
        @new="addFile" @rename="renameFile" @remove="removeFile" @restore="restoreFile" />
      <div class="lw-code-toolbar">
        <span>{{ path }}</span>
        <button type="button" class="lw-subtle-btn" v-if="canEdit && edits && path && !isEditing" @click="edit" title="Edit by hand">Edit</button>
        <button type="button" class="lw-subtle-btn" :aria-pressed="isWrapped" @click="toggleWrap" title="Wrap long lines">Wrap</button>
        <template v-if="path">
          <button type="button" class="lw-subtle-btn" @click="copy('file')" :title="path">{{ copied === "file" ? "Copied" : "Copy file" }}</button>
          <button type="button" class="lw-subtle-btn" @click="download" :title="path">Download file</button>
        </template>
        <button type="button" class="lw-subtle-btn" @click="copy('run')" title="The whole answer">{{ copied === "run" ? "Copied" : "Copy" }}</button>
      </div>
      <div class="lw-code-editor">
        <div class="host" ref="editor"></div>
        <button v-if="isBehind" type="button" class="lw-newest-btn" @click="jumpToEnd">
          <span aria-hidden="true">↓</span> Jump to newest <span v-if="newLines" class="count">{{ newLinesText }}</span> <kbd>End</kbd>
        </button>
      </div>
    </div>`,
  props: { content: String, label: String },
  data: () => ({
    copied: "",
    path: null,
    isWrapped: savedWrap(),
    isBehind: false,
    newLines: 0,
  }),
  computed: {
    newLinesText() {
      return `${this.newLines.toLocaleString("en")} new line${this.newLines === 1 ? "" : "s"}`;
    },
  },
  mounted() {
    this.run = { id: null, text: "", length: 0 };
    this.shown = { id: null, text: "", length: 0, language: null };
    this.atEnd = true;
    this.lastTop = 0;
    this.inputAt = -READER_TIME;
    this.corrections = 0;
    Object.defineProperty(this.$el, "text", { configurable: true, get: () => this.run.text });
    this.language = new CM.Compartment();
    this.wrapping = new CM.Compartment();
    this.editing = new CM.Compartment();
    document.addEventListener("livewright-command", this.onCommand);
    this.editor = new CM.EditorView({ parent: this.$refs.editor, state: this.emptyState() });
    const { scrollDOM } = this.editor;
    scrollDOM.addEventListener("scroll", () => this.onScroll(), { passive: true });
    scrollDOM.addEventListener("keydown", (event) => this.onKeydown(event), true);
    scrollDOM.addEventListener("wheel", (event) => this.onWheel(event), { passive: true });
    for (const kind of ["wheel", "keydown", "touchmove", "pointerdown"])
      scrollDOM.addEventListener(kind, (event) => this.noteInput(event), { passive: true });
    // The bar at the side tells only that it is taken, and not that it moves.
    scrollDOM.addEventListener("pointerdown", () => (this.isHeld = true));
    addEventListener("pointerup", this.release);
    addEventListener("pointercancel", this.release);
    // Text may have come while another thing stood in the editor's place: only now it has an end to scroll to.
    this.resizeObserver = new ResizeObserver(() => {
      if (this.atEnd && this.live) this.scrollToEnd();
    });
    this.resizeObserver.observe(scrollDOM);
    this.$emit("resync");
  },
  beforeUnmount() {
    document.removeEventListener("livewright-command", this.onCommand);
    removeEventListener("pointerup", this.release);
    removeEventListener("pointercancel", this.release);
    this.resizeObserver.disconnect();
    this.editor.destroy();
  },
  methods: {
    // Text of the run. Another id begins another run.
    write(id, offset, text) {
      if (id !== this.run.id) {
        this.run = { id, text: "", length: 0 };
        this.takeEditsOf(id);
      }
      this.append(this.run, this.newPart(this.run, offset, text));
    },
    // Text of the document in view. Another id begins another document.
    show(id, language, offset, text, path) {
      if (id !== this.shown.id) this.openDocument(id, path);
      this.setLanguage(language);
      const added = this.newPart(this.shown, offset, text);
      if (!added) return;
      this.append(this.shown, added);
      if (this.edits?.has(this.path)) return; // that stands there already
      const end = this.editor.state.doc.length;
      this.editor.dispatch({ changes: { from: end, insert: added }, annotations: notTyped });
      this.corrections = 0;
      if (this.atEnd && this.live) this.scrollToEnd();
      else if (this.keptTop) this.scrollToKeptTop();
      this.countNewLines();
    },
    openDocument(id, path) {
      // Another form of the same file stays at the reader's place.
      const isSameFile = path && path === this.path && !this.live;
      this.keptTop = isSameFile ? this.editor.scrollDOM.scrollTop : 0;
      this.shown = { id, text: "", length: 0, language: null };
      this.path = path;
      if (!path) this.isEditing = false;
      this.splicedId = null;
      this.atEnd = true;
      this.lastTop = 0;
      this.editor.setState(this.emptyState(this.edits?.textOf(path)));
      this.countNewLines();
    },
    // Mark where an earlier run was cut and this one continued it; once for each document.
    markSplice(id, offset) {
      if (id !== this.shown.id || this.splicedId === id) return;
      this.splicedId = id;
      const before = [...this.editor.state.doc.toString()].slice(0, offset).join("");
      this.editor.dispatch({ effects: setSplice.of(before.length) });
    },
    // The problems of the document in view: [line, message] each.
    markProblems(id, problems) {
      if (id === this.shown.id) this.editor.dispatch({ effects: setProblems.of(problems) });
    },
    jump(line) {
      const { doc } = this.editor.state;
      const from = doc.line(Math.min(Math.max(line, 1), doc.lines)).from;
      this.atEnd = false;
      this.keptTop = 0;
      this.countNewLines();
      this.editor.dispatch({
        selection: { anchor: from },
        effects: CM.EditorView.scrollIntoView(from, { y: "center" }),
      });
      this.editor.focus();
    },
    setLive(live) {
      this.live = live;
      this.editor.dispatch({ effects: setLive.of(live) });
      this.countNewLines();
    },
    append(target, text) {
      target.text += text;
      target.length += countCodePoints(text);
    },
    // The part of a delta that is new here; none, and a request for everything, if text before it is missing.
    newPart(target, offset, text) {
      if (offset > target.length) {
        this.$emit("resync");
        return "";
      }
      return offset === target.length ? text : [...text].slice(target.length - offset).join("");
    },
    setLanguage(name) {
      if (name === this.shown.language) return;
      this.shown.language = name;
      const found = CM.languages.find((language) =>
        [language.name, ...language.alias].some((alias) => alias.toLowerCase() === name),
      );
      if (!found) {
        this.useLanguage([]);
        return;
      }
      found.load().then(
        (support) => {
          if (name === this.shown.language) this.useLanguage(support);
        },
        () => {
          this.shown.language = null; // no connection: the next text tries again
        },
      );
    },
    useLanguage(extension) {
      this.editor.dispatch({ effects: this.language.reconfigure(extension) });
    },
    emptyState(text = "") {
      return CM.EditorState.create({
        doc: text,
        extensions: [
          CM.basicSetup,
          this.editing.of(editability(this.isEditing)),
          CM.EditorView.updateListener.of((update) => this.noteEdit(update)),
          CM.EditorView.contentAttributes.of({ tabindex: "0", "aria-label": this.label }),
          CM.EditorState.phrases.of(PHRASES),
          CM.syntaxHighlighting(highlightStyle()),
          this.language.of([]),
          this.wrapping.of(this.isWrapped ? CM.EditorView.lineWrapping : []),
          caret(this.live),
          spliceMark,
          problemMarks,
        ],
      });
    },
    // Only an upward move of the reader ends following: the distance to the end also grows by new text, and the editor
    // moves its text when it has measured lines that it had only estimated.
    onScroll() {
      const { scrollTop, scrollHeight, clientHeight } = this.editor.scrollDOM;
      const gap = scrollHeight - scrollTop - clientHeight;
      const isUpward = gap >= 1 && scrollTop < this.lastTop - 1;
      this.lastTop = scrollTop;
      if (isUpward && this.isByReader()) this.atEnd = false;
      else if (gap < NEAR_END) this.atEnd = true;
      else if (isUpward && this.atEnd && this.live && this.corrections++ < MAX_CORRECTIONS)
        this.scrollToEnd();
      this.countNewLines();
    },
    // What has come since the reader left the end. Nothing is behind in a document that grows no more.
    countNewLines() {
      const isBehind = Boolean(this.live && !this.atEnd);
      const { lines } = this.editor.state.doc;
      if (isBehind && !this.isBehind) this.linesSeen = lines;
      this.isBehind = isBehind;
      this.newLines = isBehind ? lines - this.linesSeen : 0;
    },
    jumpToEnd() {
      this.atEnd = true;
      this.scrollToEnd();
      this.countNewLines();
      this.editor.focus(); // the button that was pressed is gone
    },
    onKeydown(event) {
      if (event.key !== "End" || !this.isBehind) return;
      event.preventDefault();
      event.stopPropagation();
      this.jumpToEnd();
    },
    toggleWrap() {
      this.isWrapped = !this.isWrapped;
      try {
        localStorage.setItem(WRAP, this.isWrapped);
      } catch {
        // No room, or no leave to keep it: it holds for this page.
      }
      const extension = this.isWrapped ? CM.EditorView.lineWrapping : [];
      this.editor.dispatch({ effects: this.wrapping.reconfigure(extension) });
      if (this.atEnd && this.live) this.scrollToEnd();
    },
    // After a wheel that turns down, what moves up is the editor, which has measured its lines.
    noteInput(event) {
      this.inputAt = event.deltaY > 0 ? -READER_TIME : performance.now();
    },
    isByReader() {
      return this.isHeld || performance.now() - this.inputAt < READER_TIME;
    },
    release() {
      this.isHeld = false;
    },
    // The wheel is told before the scroll that it makes, which new text would otherwise take back.
    onWheel({ deltaY, ctrlKey: isZooming }) {
      if (deltaY < 0 && !isZooming && this.editor.scrollDOM.scrollTop > 0) this.atEnd = false;
      this.countNewLines();
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
    scrollToKeptTop() {
      this.editor.requestMeasure({
        key: "kept",
        read: () => this.keptTop,
        write: (top, view) => {
          if (this.keptTop) view.scrollDOM.scrollTop = top;
        },
      });
    },
    fileText() {
      return this.edits?.textOf(this.path) ?? this.shown.text;
    },
    async copy(what) {
      await copyText(what === "file" ? this.fileText() : this.run.text);
      this.copied = what;
      setTimeout(() => {
        this.copied = "";
      }, 1500);
    },
    // The text is already here: no request is needed.
    download() {
      const link = document.createElement("a");
      link.href = URL.createObjectURL(new Blob([this.fileText()], { type: "text/plain" }));
      link.download = this.path.split("/").at(-1);
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), 1000);
    },
  },
};

function savedWrap() {
  try {
    const saved = localStorage.getItem(WRAP);
    return saved === null ? innerWidth <= NARROW : saved === "true";
  } catch {
    return false;
  }
}

// In Unicode code points, as the server counts; a JavaScript string counts UTF-16 units.
function countCodePoints(text) {
  let count = text.length;
  for (let i = 0; i < text.length; i++) {
    const isHighSurrogate = text.charCodeAt(i) >> 10 === 0x36;
    if (isHighSurrogate) count--;
  }
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

// A block after the last character while the model writes.
function caret(live) {
  const widget = CM.Decoration.widget({ widget: new CaretWidget(), side: 1 });
  const caretSet = (state, isOn) =>
    isOn ? CM.Decoration.set([widget.range(state.doc.length)]) : CM.Decoration.none;
  return CM.StateField.define({
    create: (state) => ({ isOn: live, set: caretSet(state, live) }),
    update(value, transaction) {
      const effect = transaction.effects.find((e) => e.is(setLive));
      if (!effect && !transaction.docChanged) return value;
      const isOn = effect ? effect.value : value.isOn;
      return { isOn, set: caretSet(transaction.state, isOn) };
    },
    provide: (field) => CM.EditorView.decorations.from(field, (value) => value.set),
  });
}

class SpliceWidget extends CM.WidgetType {
  toDOM() {
    const mark = document.createElement("span");
    mark.className = "lw-splice-mark";
    mark.title = mark.ariaLabel = "Continued here: check the seam";
    return mark;
  }
  eq() {
    return true;
  }
}

const spliceMark = CM.StateField.define({
  create: () => CM.Decoration.none,
  update(set, transaction) {
    const effect = transaction.effects.find((e) => e.is(setSplice));
    if (!effect) return set.map(transaction.changes);
    const widget = CM.Decoration.widget({ widget: new SpliceWidget(), side: -1 });
    return CM.Decoration.set([widget.range(effect.value)]);
  },
  provide: (field) => CM.EditorView.decorations.from(field),
});
