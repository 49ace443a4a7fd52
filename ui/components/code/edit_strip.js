// The strip above the code while something is changed: what, and what can be done with it.
export const EditStrip = {
  template: `
    <div class="lw-edit-strip" role="group" aria-label="Edit by hand">
      <div class="lw-edit-row">
        <b role="status">{{ summary }}</b>
        <template v-if="isEditing">
          <button type="button" class="lw-subtle-btn" @click="ask('new')">New file</button>
          <button type="button" class="lw-subtle-btn" :disabled="!path" @click="ask('rename')">Rename</button>
          <button type="button" class="lw-subtle-btn" :disabled="!path" @click="$emit('remove')">Delete file</button>
        </template>
        <span class="lw-grow"></span>
        <button type="button" class="lw-subtle-btn" v-if="!edits.count" @click="$emit('done')">Done</button>
        <button type="button" class="lw-subtle-btn" v-if="edits.count && !isSure" @click="isSure = true">Discard</button>
        <button type="button" class="lw-subtle-btn" v-if="edits.count && isSure" @click="discard">Discard all of it</button>
        <button type="button" class="lw-subtle-btn primary" v-if="edits.count" :disabled="!canSave || isSaving" @click="$emit('save')"
          >{{ isSaving ? "Saving…" : "Save as new version" }}</button>
      </div>
      <form class="lw-edit-row" v-if="asked" @submit.prevent="answer">
        <label>{{ asked === 'new' ? 'Path of the new file' : 'New path of ' + path }}
          <input ref="path" v-model="typed" spellcheck="false" autocomplete="off" required maxlength="200" /></label>
        <button type="submit" class="lw-subtle-btn">{{ asked === 'new' ? 'Add' : 'Rename' }}</button>
        <button type="button" class="lw-subtle-btn" @click="asked = ''">Cancel</button>
        <p class="refusal" role="alert" v-if="refused && refused === typed">There is a file of this path: choose another one.</p>
      </form>
      <ul class="lw-edit-files" v-if="edits.count">
        <li v-for="each in edits.paths" :key="each">
          <span aria-hidden="true">{{ signOf(each) }}</span>
          <button type="button" :class="{ gone: edits.isRemoved(each) }" :title="wordOf(each)" @click="$emit('open', each)">{{ each }}</button>
          <button type="button" v-if="edits.isRemoved(each)" @click="$emit('restore', each)">Keep it</button>
        </li>
      </ul>
    </div>`,
  props: {
    edits: Object,
    path: String,
    isEditing: Boolean,
    canSave: Boolean,
    isSaving: Boolean,
    isTaken: Function,
  },
  emits: ["save", "discard", "done", "open", "new", "rename", "remove", "restore"],
  data: () => ({ asked: "", typed: "", refused: "", isSure: false }),
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
      this.refused = "";
      this.typed = what === "rename" ? this.path : "";
      this.$nextTick(() => this.$refs.path.select());
    },
    answer() {
      const path = this.typed.trim();
      if (this.isTaken(path, this.asked === "rename" ? this.path : null)) {
        this.refused = this.typed;
        return;
      }
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
