// The edge between two panes: dragged, moved by the arrow keys, or folded by Enter and by its command. Its place is a
// variable of the page, so that edges of the same name move together, and is remembered in this browser.
const STEPS = { px: 16, "%": 2 }; // for a press of an arrow key

export default {
  template: `
    <div class="lw-pane-edge" role="separator" aria-orientation="vertical" tabindex="0" :aria-label="label"
      :aria-valuenow="size" :aria-valuemin="0" :aria-valuemax="max" title="Drag, or press Enter to fold"
      @pointerdown="grab" @keydown="onKeydown" @dblclick="toggle"></div>`,
  props: {
    name: String,
    label: String,
    initial: Number,
    min: Number,
    max: Number,
    unit: String,
    command: String,
  },
  data: () => ({ size: 0 }),
  computed: {
    isShare() {
      return this.unit === "%";
    },
  },
  mounted() {
    this.key = `livewright-pane-${this.name}`;
    this.set(this.saved() ?? this.initial);
    document.addEventListener("livewright-command", this.onCommand);
  },
  unmounted() {
    document.removeEventListener("livewright-command", this.onCommand);
  },
  methods: {
    saved() {
      try {
        const size = localStorage.getItem(this.key);
        return size === null ? null : this.bounded(Number(size));
      } catch {
        return null;
      }
    },
    // Less than half of what can be read is nothing: the pane is folded. A share of the room is of a pane at the right,
    // which has a switch of its own.
    bounded(size) {
      return size < this.min / 2 && !this.isShare
        ? 0
        : Math.round(Math.min(Math.max(size, this.min), this.max));
    },
    set(size) {
      this.size = this.bounded(size);
      const root = document.documentElement;
      root.style.setProperty(`--lw-pane-${this.name}`, `${this.size}${this.unit}`);
      root.toggleAttribute(`data-folded-${this.name}`, this.size === 0);
    },
    store() {
      try {
        localStorage.setItem(this.key, this.size);
      } catch {
        // No room, or no leave to keep it: it holds for this page.
      }
    },
    move(size) {
      this.set(size);
      this.store();
    },
    toggle() {
      this.move(this.size && !this.isShare ? 0 : this.initial);
    },
    grab(event) {
      if (event.button) return;
      event.preventDefault();
      this.$el.focus();
      this.$el.setPointerCapture(event.pointerId); // also over the app's frame
      const start = this.size;
      const scale = this.isShare ? -100 / this.$el.parentElement.clientWidth : 1;
      const drag = (moved) => this.set(start + scale * (moved.clientX - event.clientX));
      this.$el.addEventListener("pointermove", drag);
      const end = () => {
        this.$el.removeEventListener("pointermove", drag);
        this.store();
      };
      this.$el.addEventListener("lostpointercapture", end, { once: true });
    },
    onKeydown(event) {
      if (event.altKey || event.ctrlKey || event.metaKey) return; // the browser's own
      const direction = { ArrowLeft: -1, ArrowRight: 1 }[event.key] * (this.isShare ? -1 : 1);
      if (direction) this.move((this.size || this.min / 2) + direction * STEPS[this.unit]);
      else if (event.key === "Enter") this.toggle();
      else return;
      event.preventDefault();
    },
    onCommand({ detail }) {
      if (detail === this.command) this.toggle();
    },
  },
};
