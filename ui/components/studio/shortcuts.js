// Hears the studio's keys wherever the focus is; draws nothing.
const CLOSED_BY_ESCAPE = ".q-dialog, .q-menu, .cm-panel";

export default {
  render: () => null,
  mounted() {
    document.addEventListener("keydown", this.onKeydown);
  },
  unmounted() {
    document.removeEventListener("keydown", this.onKeydown);
  },
  methods: {
    onKeydown(event) {
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
        event.preventDefault();
        this.$emit("generate");
      }
      if (event.key === "Escape" && !document.querySelector(CLOSED_BY_ESCAPE)) this.$emit("stop");
    },
  },
};
