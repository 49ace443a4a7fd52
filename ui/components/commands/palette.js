// One list to choose from by typing: commands, files and versions, which are filtered here, and lines that the server
// finds. The list of what there is comes when it is opened; until then what is typed waits.
import { commandEvent, keyNames } from "command_keys";

const MODES = {
  palette: { title: "Search or run a command", limit: 8 },
  files: { title: "Go to a file", limit: 100, only: "file" },
  find: { title: "Find in all files", limit: 0 },
};
const SEARCH_DELAY = 150; // ms after the last key
const MIN_SEARCHED = 2; // characters for which the palette, which shows all else too, looks into the files
const TITLES = { command: "Actions", file: "Files", version: "Versions" };
const ONLY_COMMANDS = ">";

export default {
  template: `
    <dialog class="lw-popup lw-palette" ref="dialog" :aria-label="title" @click.self="close">
      <div class="lw-palette-query">
        <svg width="16" height="16" viewBox="0 0 16 16" fill="none" stroke="currentColor" stroke-width="1.5"
          stroke-linecap="round" aria-hidden="true"><path d="M7 12A5 5 0 107 2a5 5 0 000 10zM10.8 10.8L14 14"/></svg>
        <input ref="query" v-model="query" role="combobox" aria-autocomplete="list" aria-expanded="true" autocomplete="off"
          aria-controls="lw-palette-list" :aria-activedescendant="rows.length ? 'palette-choice-' + at : null"
          :aria-label="title" :placeholder="title" spellcheck="false" maxlength="200" @keydown="onKeydown" />
        <button v-if="mode === 'find'" type="button" class="lw-subtle-btn" aria-label="Match case" title="Match case"
          :aria-pressed="matchCase" @click="matchCase = !matchCase">Aa</button>
      </div>
      <div class="lw-palette-list" id="lw-palette-list" role="listbox" :aria-label="title" ref="list">
        <div v-for="group in groups" role="group" :aria-label="group.title">
          <div class="lw-palette-title" aria-hidden="true">{{ group.title }}</div>
          <div v-for="row in group.rows" :key="row.id" :id="'palette-choice-' + row.place" role="option" class="lw-palette-row"
            :aria-selected="row.place === at" @click="choose(row)" @mousemove="at = row.place">
            <span class="label" :class="{ code: row.isCode }"><template v-for="(part, index) in row.parts"
              ><mark v-if="index % 2">{{ part }}</mark><template v-else>{{ part }}</template></template></span>
            <span class="detail" v-if="row.detail">{{ row.detail }}</span>
            <span class="lw-key-names" v-if="row.keys"><kbd v-for="key in row.keys">{{ key }}</kbd></span>
          </div>
        </div>
      </div>
      <p class="lw-palette-sentence" role="status">{{ shownSentence }}</p>
      <div class="lw-popup-foot" aria-hidden="true">
        <span><kbd>↑</kbd> <kbd>↓</kbd> choose</span><span><kbd>↵</kbd> open</span><span><kbd>Esc</kbd> close</span>
        <span class="end" v-if="mode === 'palette'"><kbd>></kbd> only actions</span>
      </div>
    </dialog>`,
  props: { modes: Array },
  data: () => ({
    mode: "palette",
    query: "",
    matchCase: false,
    items: null,
    found: [],
    sentence: "",
    at: 0,
  }),
  computed: {
    title() {
      return MODES[this.mode].title;
    },
    groups() {
      let place = 0;
      const groups = this.mode === "find" ? [] : this.itemGroups();
      const all = [...groups, ...this.foundGroups()].filter((group) => group.rows.length);
      for (const group of all) group.rows = group.rows.map((row) => ({ ...row, place: place++ }));
      return all;
    },
    rows() {
      return this.groups.flatMap((group) => group.rows);
    },
    shownSentence() {
      if (this.mode !== "files" && this.sentence) return this.sentence;
      if (this.rows.length || (this.mode === "find" && !this.query)) return "";
      return this.items && this.mode !== "find" ? "Nothing has this in its name." : "";
    },
  },
  watch: {
    query() {
      this.at = 0;
      this.requestSearch();
    },
    matchCase() {
      this.requestSearch();
      this.$refs.query.focus();
    },
    at() {
      this.$nextTick(() =>
        this.$refs.list.querySelector("[aria-selected=true]")?.scrollIntoView({ block: "nearest" }),
      );
    },
  },
  created() {
    this.search = 0; // counts them: an answer to another than the last one is not shown
  },
  mounted() {
    document.addEventListener("livewright-command", this.onCommand);
  },
  unmounted() {
    document.removeEventListener("livewright-command", this.onCommand);
    clearTimeout(this.timer);
  },
  methods: {
    onCommand({ detail: name }) {
      if (!this.modes.includes(name)) return;
      const isSearch = name === "find" && this.mode === "find";
      this.mode = name;
      this.query = isSearch ? this.query : "";
      this.items = null;
      this.found = [];
      this.sentence = "";
      this.at = 0;
      this.$refs.dialog.showModal();
      this.$refs.query.select();
      this.$emit("opened", name);
      this.requestSearch();
    },
    close() {
      this.$refs.dialog.close();
    },
    // What there is to choose from: { kind, label, detail, command, keys } each.
    setItems(items) {
      this.items = items.map((item, id) => ({ ...item, id }));
    },
    // What a search found: { title, parts, detail } each, which the server knows by the search and the place in its list.
    setFound(search, rows, sentence) {
      if (search !== this.search) return;
      this.foundBy = search;
      this.found = rows;
      this.sentence = sentence;
    },
    requestSearch() {
      clearTimeout(this.timer);
      const search = ++this.search;
      const isShort = this.query.length < (this.mode === "find" ? 1 : MIN_SEARCHED);
      if (isShort || this.mode === "files" || this.query.startsWith(ONLY_COMMANDS)) {
        this.found = [];
        this.sentence = "";
        return;
      }
      const { query, matchCase, mode } = this;
      this.timer = setTimeout(
        () => this.$emit("search", { search, query, matchCase, mode }),
        SEARCH_DELAY,
      );
    },
    itemGroups() {
      const onlyCommands = this.mode === "palette" && this.query.startsWith(ONLY_COMMANDS);
      const wanted = onlyCommands ? this.query.slice(1).trim() : this.query.trim();
      const only = onlyCommands ? "command" : MODES[this.mode].only;
      const limit = only || !wanted ? 100 : MODES[this.mode].limit;
      // Without a word what can be done comes first.
      const kinds = wanted ? ["file", "version", "command"] : ["command", "file", "version"];
      return kinds
        .filter((kind) => !only || kind === only)
        .map((kind) => ({
          title: TITLES[kind],
          rows: this.matching(kind, wanted).slice(0, limit),
        }));
    },
    matching(kind, wanted) {
      return (this.items ?? [])
        .filter((item) => item.kind === kind)
        .map((item) => ({ ...item, ...match(item.label, wanted) }))
        .filter((item) => item.parts)
        .sort((a, b) => a.rank - b.rank)
        .map((item) => ({
          ...item,
          id: `item-${item.id}`,
          index: item.id,
          keys: item.keys && keyNames(item.keys),
        }));
    },
    foundGroups() {
      const groups = new Map();
      this.found.forEach((row, index) => {
        const title = this.mode === "find" ? row.title : "In the text";
        if (!groups.has(title)) groups.set(title, { title, rows: [] });
        const detail = this.mode === "find" ? String(row.line) : `${row.name}:${row.line}`;
        const shown = {
          id: `found-${index}`,
          parts: row.parts,
          detail,
          isCode: true,
          found: index,
        };
        groups.get(title).rows.push(shown);
      });
      return [...groups.values()];
    },
    choose(row) {
      this.close();
      if (row.command) document.dispatchEvent(commandEvent(row.command));
      else if (row.isCode) this.$emit("choose-line", { search: this.foundBy, place: row.found });
      else this.$emit("choose", row.index);
    },
    onKeydown(event) {
      if (event.isComposing) return; // the key is for the signs that are being put together
      const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      const { length } = this.rows;
      if (step && length) this.at = (this.at + step + length) % length;
      else if (event.key === "Enter" && this.rows[this.at]) this.choose(this.rows[this.at]);
      else return;
      event.preventDefault();
    },
  },
};

// The parts of a label, plain and matching by turns, and how good the match is: a part of the name before letters that
// only come in the same order.
function match(label, wanted) {
  if (!wanted) return { parts: [label], rank: 0 };
  const lower = label.toLowerCase();
  const letters = wanted.toLowerCase();
  const name = lower.lastIndexOf("/") + 1;
  const at = Math.max(lower.indexOf(letters, name), lower.indexOf(letters));
  if (at >= 0) {
    const end = at + letters.length;
    const parts = [label.slice(0, at), label.slice(at, end), label.slice(end)];
    return { parts, rank: at === name ? 0 : 1 };
  }
  const parts = [];
  let from = 0;
  for (const letter of letters.replaceAll(" ", "")) {
    const found = lower.indexOf(letter, from);
    if (found < 0) return {};
    parts.push(label.slice(from, found), label.slice(found, found + 1));
    from = found + 1;
  }
  return { parts: [...parts, label.slice(from)], rank: 2 };
}
