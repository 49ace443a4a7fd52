// Notes in the tab what is typed into fields with a `data-draft`, until the server says that it has it: a reload
// brings back what was typed without a connection. Draws nothing.
const PREFIX = "livewright-unsent:";

export default {
  props: { user: Number },
  render: () => null,
  created() {
    this.prefix = `${PREFIX}${this.user}:`;
  },
  mounted() {
    document.addEventListener("input", this.note, true);
    const unsent = {};
    for (const key of Object.keys(sessionStorage)) {
      if (key.startsWith(this.prefix)) unsent[key.slice(this.prefix.length)] = sessionStorage[key];
      // Somebody else was signed in in this tab.
      else if (key.startsWith(PREFIX)) sessionStorage.removeItem(key);
    }
    if (Object.keys(unsent).length) this.$emit("unsent", unsent);
  },
  unmounted() {
    document.removeEventListener("input", this.note, true);
  },
  methods: {
    note({ target }) {
      const field = target?.dataset?.draft;
      if (!field) return;
      try {
        sessionStorage.setItem(this.prefix + field, target.value);
      } catch {
        // The tab's storage is full: the server has the text as long as there is a connection.
      }
    },
    forget(field, text) {
      const key = this.prefix + field;
      // Unless more was typed while this was under way.
      if (text === null || sessionStorage.getItem(key) === text) sessionStorage.removeItem(key);
    },
  },
};
