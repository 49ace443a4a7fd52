// Both the wish and the leave are the browser's to keep: the server knows nothing of them.
import { wantNotices, wantsNotices } from "notices";

const REFUSED =
  "The browser does not allow it: allow notifications for this page in the browser’s settings.";

export default {
  template: `
    <span class="lw-notice-switch">
      <span role="status">{{ sentence }}</span>
      <input type="checkbox" role="switch" class="lw-switch" :aria-label="label" :checked="isOn" @change="change" />
    </span>`,
  props: { label: String },
  data: () => ({ isOn: wantsNotices(), sentence: "" }),
  methods: {
    async change({ target }) {
      const wanted = target.checked;
      this.isOn = await wantNotices(wanted);
      this.sentence = wanted && !this.isOn ? REFUSED : "";
      target.checked = this.isOn;
    },
  },
};
