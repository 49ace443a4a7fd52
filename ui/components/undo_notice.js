// What was done and a button to take it back. Ten seconds, but not while somebody is at it.
const OFFER_MILLISECONDS = 10_000;
const TICK_MILLISECONDS = 250;

export default {
  template: `
    <div class="lw-undo">
      <div v-if="text" class="lw-undo-box" ref="box">
        <span id="undo-text">{{ text }}</span>
        <button type="button" class="lw-subtle-btn" ref="button" aria-describedby="undo-text" @click="undo">Undo</button>
        <button type="button" class="lw-subtle-btn" aria-label="Dismiss" title="Dismiss" @click="settle">✕</button>
      </div>
    </div>
  `,
  data: () => ({ text: "" }),
  unmounted() {
    clearInterval(this.timer);
  },
  methods: {
    show(number, text) {
      this.number = number;
      this.text = text;
      this.left = OFFER_MILLISECONDS;
      clearInterval(this.timer);
      this.timer = setInterval(this.tick, TICK_MILLISECONDS);
      // What was pressed is gone, most often: here is what can be done next.
      this.$nextTick(() => this.$refs.button?.focus({ preventScroll: true }));
    },
    tick() {
      if (this.$refs.box?.matches(":hover, :has(:focus-visible)")) return;
      this.left -= TICK_MILLISECONDS;
      if (this.left <= 0) this.settle();
    },
    // It stays until the server answers: without a connection the press would seem to have done it.
    undo() {
      clearInterval(this.timer);
      this.$emit("undo", this.number);
    },
    settle() {
      this.$emit("settle", this.number);
      this.hide(this.number);
    },
    hide(number) {
      if (number !== this.number) return; // another offer has taken its place
      clearInterval(this.timer);
      const hadFocus = this.$refs.box?.contains(document.activeElement);
      this.text = "";
      if (!hadFocus) return;
      const heading = [...document.querySelectorAll("h1")].find((each) => each.checkVisibility());
      heading?.setAttribute("tabindex", "-1");
      // The logo is a link: it takes the focus as it is, and stays in the order of Tab.
      (heading ?? document.querySelector(".lw-logo"))?.focus({ preventScroll: true });
    },
  },
};
