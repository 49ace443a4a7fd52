// Hears the studio's keys wherever the focus is; draws nothing.
const EVENTS = { Enter: "generate", ".": "stop" };

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
      const name = (event.ctrlKey || event.metaKey) && EVENTS[event.key];
      if (!name) return;
      event.preventDefault();
      this.$emit(name);
    },
  },
};
