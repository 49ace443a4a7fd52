// Tabs that take one stop of the Tab key: its arrows go through them, and each is selected as it gets the focus.
const STEPS = { ArrowLeft: -1, ArrowRight: 1 };

export default {
  template: `<div class="lw-tablist" role="tablist" @keydown="onKeydown"><slot></slot></div>`,
  methods: {
    onKeydown(event) {
      if (event.altKey || event.ctrlKey || event.metaKey) return; // the browser's own
      const tabs = [...this.$el.querySelectorAll("[role=tab]")];
      const at = tabs.indexOf(event.target);
      const { length } = tabs;
      const places = { Home: 0, End: length - 1 };
      const to = places[event.key] ?? (at + STEPS[event.key] + length) % length;
      if (at < 0 || !tabs[to]) return;
      event.preventDefault();
      tabs[to].focus();
      tabs[to].click();
    },
  },
};
