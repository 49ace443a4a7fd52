// What a person has changed by hand in the files of one version and not saved yet: kept in this browser, so that it
// outlasts a reload, another version in view, a live run and a sign-out.
const STORE_DELAY = 300; // ms after the last key

const byRun = new Map();

// Those of one run are one object, however often it comes into view.
export function editsOf(runId) {
  if (!byRun.has(runId)) byRun.set(runId, new FileEdits(runId));
  return byRun.get(runId);
}

class FileEdits {
  constructor(runId) {
    this.key = `livewright-edits-${runId}`;
    const kept = this.load();
    this.texts = kept.texts; // by path; null removes the file
    this.added = new Set(kept.added); // paths that the version has not
  }
  get count() {
    return Object.keys(this.texts).length;
  }
  get paths() {
    return Object.keys(this.texts);
  }
  has(path) {
    return path != null && this.textOf(path) !== undefined;
  }
  isRemoved(path) {
    return this.texts[path] === null;
  }
  isNew(path) {
    return this.added.has(path);
  }
  // Undefined for a file that is as it was.
  textOf(path) {
    return path != null && Object.hasOwn(this.texts, path) ? (this.texts[path] ?? "") : undefined;
  }
  changes() {
    return { ...this.texts };
  }
  set(path, text, original) {
    if (text === original && !this.added.has(path)) delete this.texts[path];
    else this.texts[path] = text;
    this.store();
  }
  add(path, text = "") {
    this.added.add(path);
    this.set(path, text);
  }
  remove(path) {
    if (this.added.delete(path)) delete this.texts[path];
    else this.texts[path] = null;
    this.store();
  }
  restore(path) {
    delete this.texts[path];
    this.store();
  }
  clear() {
    clearTimeout(this.timer);
    this.texts = {};
    this.added.clear();
    try {
      localStorage.removeItem(this.key);
    } catch {
      // Nothing was kept.
    }
  }
  load() {
    try {
      return JSON.parse(localStorage.getItem(this.key)) ?? { texts: {}, added: [] };
    } catch {
      return { texts: {}, added: [] };
    }
  }
  store() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      try {
        const kept = { texts: this.texts, added: [...this.added] };
        if (this.count) localStorage.setItem(this.key, JSON.stringify(kept));
        else localStorage.removeItem(this.key);
      } catch {
        // No room, or no leave to keep it: it holds for this page.
      }
    }, STORE_DELAY);
  }
}

// The strip above the code while something is changed: what, and what can be done with it.
export const EditStrip = {
  template: `
    <div class="lw-edit-strip" role="group" aria-label="Edit by hand">
      <div class="lw-edit-row">
        <b role="status">{{ summary }}</b>
        <template v-if="isEditing">
          <button type="button" class="lw-subtle-btn" @click="ask('new')">New file</button>
          <button type="button" class="lw-subtle-btn" @click="ask('rename')">Rename</button>
          <button type="button" class="lw-subtle-btn" @click="$emit('remove')">Delete file</button>
        </template>
        <span class="lw-grow"></span>
        <button type="button" class="lw-subtle-btn" v-if="!edits.count" @click="$emit('done')">Done</button>
        <button type="button" class="lw-subtle-btn" v-if="edits.count && !isSure" @click="isSure = true">Discard</button>
        <button type="button" class="lw-subtle-btn" v-if="edits.count && isSure" @click="discard">Discard all of it</button>
        <button type="button" class="lw-subtle-btn primary" v-if="edits.count" :disabled="!canSave" @click="$emit('save')"
          >Save as new version</button>
      </div>
      <form class="lw-edit-row" v-if="asked" @submit.prevent="answer">
        <label>{{ asked === 'new' ? 'Path of the new file' : 'New path of ' + path }}
          <input ref="path" v-model="typed" spellcheck="false" autocomplete="off" required maxlength="200" /></label>
        <button type="submit" class="lw-subtle-btn">{{ asked === 'new' ? 'Add' : 'Rename' }}</button>
        <button type="button" class="lw-subtle-btn" @click="asked = ''">Cancel</button>
      </form>
      <ul class="lw-edit-files" v-if="edits.count">
        <li v-for="each in edits.paths" :key="each">
          <span aria-hidden="true">{{ signOf(each) }}</span>
          <button type="button" :class="{ gone: edits.isRemoved(each) }" :title="wordOf(each)" @click="$emit('open', each)">{{ each }}</button>
          <button type="button" v-if="edits.isRemoved(each)" @click="edits.restore(each)">Keep it</button>
        </li>
      </ul>
    </div>`,
  props: { edits: Object, path: String, isEditing: Boolean, canSave: Boolean },
  emits: ["save", "discard", "done", "open", "new", "rename", "remove"],
  data: () => ({ asked: "", typed: "", isSure: false }),
  computed: {
    summary() {
      const { count } = this.edits;
      if (!count) return "Editing: nothing is changed yet";
      return `${count} file${count === 1 ? "" : "s"} changed, not saved`;
    },
  },
  methods: {
    ask(what) {
      this.asked = what;
      this.typed = what === "rename" ? this.path : "";
      this.$nextTick(() => this.$refs.path.select());
    },
    answer() {
      const path = this.typed.trim();
      if (path !== this.path) this.$emit(this.asked, path);
      this.asked = "";
    },
    discard() {
      this.isSure = false;
      this.$emit("discard");
    },
    signOf(path) {
      return this.edits.isRemoved(path) ? "−" : this.edits.isNew(path) ? "+" : "●";
    },
    wordOf(path) {
      return this.edits.isRemoved(path)
        ? "Removed when it is saved"
        : this.edits.isNew(path)
          ? "New"
          : "Changed";
    },
  },
};
