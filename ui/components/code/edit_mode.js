// The edit mode of the code view, mixed into it. What is changed is the browser's to keep until the server has saved it.
import * as CM from "nicegui-codemirror";
import { editsOf } from "file_edits";

const PART_LENGTH = 40_000; // of a text, in one message: with its escapes far less than a socket takes

export const editMode = {
  props: { account: Number }, // who may edit; nobody without it
  data: () => ({ canEdit: false, isEditing: false, isSaving: false, edits: null, filePaths: [] }),
  watch: {
    "edits.count"(count) {
      this.$emit("edited", count);
    },
    isEditing(isEditing) {
      this.editor.dispatch({ effects: this.editing.reconfigure(editability(isEditing)) });
      if (isEditing) this.editor.focus();
    },
  },
  methods: {
    // Another run comes into view: what was typed is kept for the run that it changes.
    takeEditsOf(runId) {
      this.isEditing = false;
      this.edits = this.account == null ? null : editsOf(this.account, runId);
    },
    // Whether the files of the run, of these paths, may be changed: it has ended, is reviewed, and has some.
    setEditable(canEdit, paths) {
      this.canEdit = canEdit;
      this.filePaths = paths;
      if (!canEdit) this.isEditing = false;
    },
    edit() {
      if (this.canEdit && this.edits && this.path) this.isEditing = true;
    },
    onCommand({ detail: name }) {
      if (name === "edit" && this.$el.checkVisibility()) this.edit();
    },
    noteEdit(update) {
      if (!update.docChanged || !this.isEditing || !this.path) return;
      if (!update.transactions.some(isTyped)) return;
      // A file that is here alone is as it was at no text.
      const original = this.shown.id === null ? undefined : this.shown.text;
      this.edits.set(this.path, update.state.doc.toString(), original);
    },
    // A new file is here alone; the server is asked for all others.
    openEdited(path) {
      if (this.edits.isNew(path)) this.openDocument(null, path);
      else this.reopen(path);
      this.$nextTick(() => this.editor.focus());
    },
    reopen(path) {
      this.shown.id = null; // so that it is opened anew, also where it is in view
      this.$emit("open-path", path);
    },
    // Whether a file would be replaced; that of the second path gives way. Some systems know no capital letters.
    isTaken(path, leaving) {
      const isThere = (each) =>
        each.toLowerCase() === path.toLowerCase() &&
        each !== leaving &&
        !this.edits.isRemoved(each);
      return [...this.filePaths, ...this.edits.paths].some(isThere);
    },
    addFile(path, text = "") {
      this.edits.add(path, text, !this.filePaths.includes(path));
      this.openEdited(path);
    },
    renameFile(path) {
      const text = this.editor.state.doc.toString();
      this.edits.remove(this.path);
      this.addFile(path, text);
    },
    removeFile() {
      const wasNew = this.edits.isNew(this.path);
      this.edits.remove(this.path);
      if (!wasNew) {
        this.openDocument(null, this.path);
        return;
      }
      this.openDocument(null, null);
      this.reopen(this.filePaths[0]);
    },
    restoreFile(path) {
      this.edits.restore(path);
      if (path === this.path) this.reopen(path);
    },
    saveEdits() {
      if (this.isSaving) return;
      this.isSaving = true;
      this.sent = this.edits.changes();
      const parts = this.sent.flatMap(([path, { text, isNew }]) =>
        piecesOf(text).map((piece) => ({ path, text: piece, isNew })),
      );
      parts.forEach((part, index) => this.$emit("save-part", { index, ...part }));
      this.$emit("save", { run: this.run.id, count: parts.length });
    },
    endSave(runId, isSaved) {
      this.isSaving = false;
      if (!isSaved || !this.sent) return;
      const isInView = runId === this.run.id;
      const edits = isInView ? this.edits : editsOf(this.account, runId);
      edits.drop(this.sent);
      if (isInView && !edits.count) this.isEditing = false;
    },
    discardEdits() {
      this.edits.drop(this.edits.changes());
      this.isEditing = false;
      this.shown.id = null; // so that it is opened anew
      this.$emit("resync");
    },
  },
};

export function editability(isEditing) {
  return [CM.EditorState.readOnly.of(!isEditing), CM.EditorView.editable.of(isEditing)];
}

// Not what the view puts there itself, which is in no history.
export const notTyped = CM.Transaction.addToHistory.of(false);

function isTyped(transaction) {
  return transaction.docChanged && transaction.annotation(CM.Transaction.addToHistory) !== false;
}

// None is cut between the halves of a sign, which arrive only together.
function piecesOf(text) {
  if (!text) return [text];
  const pieces = [];
  for (let from = 0; from < text.length;) {
    let to = Math.min(from + PART_LENGTH, text.length);
    if (to < text.length && text.charCodeAt(to - 1) >> 10 === 0x36) to--;
    pieces.push(text.slice(from, to));
    from = to;
  }
  return pieces;
}
