// In the browser alone: only what a person has just pressed may use the clipboard.
import { copyText } from "clipboard";

export default {
  template: `<button type="button" class="lw-copy-btn" @click="copy">{{ isCopied ? "Copied" : label }}</button>`,
  props: { text: String, label: String },
  data: () => ({ isCopied: false }),
  unmounted() {
    clearTimeout(this.timer);
  },
  methods: {
    async copy() {
      await copyText(this.text);
      this.isCopied = true;
      clearTimeout(this.timer);
      this.timer = setTimeout(() => (this.isCopied = false), 2000);
    },
  },
};
