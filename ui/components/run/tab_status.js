// The title and the icon of the tab, and a notice of the browser's own when a run has ended and nobody looks.
import { wantsNotices } from "notices";

const COLORS = { queued: "#868f9f", running: "#e02424", done: "#15913f", failed: "#d97706" };

export default {
  render: () => null,
  props: { base: String, title: String, state: String, sentence: String },
  watch: {
    title: "show",
    state: "show",
    sentence(sentence) {
      if (!sentence || !document.hidden || !wantsNotices()) return;
      const notice = new Notification(sentence, {
        icon: `${this.base}/assets/logo.svg`,
        tag: location.pathname,
      });
      notice.onclick = () => {
        window.focus();
        notice.close();
      };
    },
  },
  mounted() {
    if (this.title) this.show();
  },
  methods: {
    show() {
      document.title = `${this.title} · Livewright`;
      const link = document.querySelector("link[rel~=icon]");
      if (link && this.drawn !== this.state) link.href = iconAddress(this.state);
      this.drawn = this.state;
    },
  },
};

// The product's mark with a dot in its corner.
function iconAddress(state) {
  const dot = COLORS[state]
    ? `<circle cx="14" cy="14" r="4" fill="${COLORS[state]}" stroke="#fff"/>`
    : "";
  const bars =
    '<rect x="5" y="4" width="2" height="10" rx=".5" fill="#fff"/><rect x="9" y="6" width="2" height="8" rx=".5" fill="#fff"/>';
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 18 18"><rect width="18" height="18" rx="5" fill="#4f46e5"/>${bars}${dot}</svg>`;
  return `data:image/svg+xml,${encodeURIComponent(svg)}`;
}
