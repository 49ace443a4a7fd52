// A generated page at work. It is a stranger here: its frame may run scripts and nothing else, what it says is taken
// only from that frame, cut to a length, counted, and shown as text.
import { copyText } from "/assets/copy.js";

const WIDTHS = { Phone: 375, Tablet: 768, Desktop: 0 }; // px; 0: all there is
const LONGEST = 500; // characters of a message
const MOST = 200; // messages of one load; then nobody listens until the next
const SOON = 500; // ms after a load in which no page leads on: nobody has pressed anything yet
const KINDS = ["debug", "log", "info", "warn", "error", "alert", "confirm", "prompt"];

export default {
  template: `
    <div class="lw-preview">
      <div class="lw-preview-bar" v-if="src">
        <div class="lw-switch" role="group" aria-label="Width">
          <button v-for="(px, name) in widths" type="button" :class="{ on: name === width }"
            :aria-pressed="name === width" @click="width = name">{{ name }}</button>
        </div>
        <span class="lw-preview-page" v-if="page">{{ page }}</span>
        <div class="lw-grow"></div>
        <button type="button" class="lw-quiet" v-if="page" @click="go('')">Front page</button>
        <button type="button" class="lw-quiet" @click="load">Reload</button>
      </div>
      <div class="lw-stage" ref="stage">
        <iframe v-if="src" ref="frame" :key="round" :src="address" :style="frameStyle" sandbox="allow-scripts"
          referrerpolicy="no-referrer" title="Preview of the app"></iframe>
        <div class="lw-empty" v-else-if="sentence">
          <b>{{ commands ? "No preview of this stack" : "Nothing to preview yet" }}</b>
          <span>{{ sentence }}</span>
          <div class="lw-commands" v-if="commands">
            <pre>{{ commands }}</pre><button type="button" class="lw-quiet" @click="copy">{{ copied ? "Copied" : "Copy commands" }}</button>
          </div>
        </div>
      </div>
      <div class="lw-console" v-if="src && said.length + blocked.length" :class="{ open }">
        <button type="button" class="lw-console-bar" :aria-expanded="open" @click="open = !open">
          <span>Console</span>
          <b v-if="errors" class="bad">{{ errors }} {{ errors === 1 ? "error" : "errors" }}</b>
          <span v-if="blocked.length">no network</span>
          <span class="last">{{ open ? "" : last }}</span>
        </button>
        <div class="lw-console-lines" v-if="open">
          <div v-if="blocked.length" class="net">
            <span>{{ offline }}</span>
            <div class="lw-commands">
              <pre>{{ commands }}</pre><button type="button" class="lw-quiet" @click="copy">{{ copied ? "Copied" : "Copy commands" }}</button>
            </div>
            <small>Asked for {{ blocked.join(", ") }}</small>
          </div>
          <div v-for="line in said" :class="line.kind"><span>{{ line.text }}</span><em>{{ line.where }}</em></div>
          <div v-if="heard > most"><span>More was said: reload to listen again.</span></div>
        </div>
      </div>
    </div>`,
  props: { src: String, sentence: String, commands: String, offline: String },
  data: () => ({
    ...{ widths: WIDTHS, width: "Desktop", most: MOST, room: { width: 0, height: 0 }, copied: false },
    ...{ round: 0, page: "", hash: "", open: false, said: [], blocked: [], heard: 0 },
  }),
  computed: {
    address() {
      return `${this.src}${this.page ? `&page=${encodeURIComponent(this.page)}` : ""}${this.hash}`;
    },
    // A width that has no room here is shown smaller, as on a screen further away.
    frameStyle() {
      const width = WIDTHS[this.width] || this.room.width;
      const scale = Math.min(1, this.room.width / width || 1);
      return { width: `${width}px`, height: `${this.room.height / scale}px`, transform: `scale(${scale})` };
    },
    errors() {
      return this.said.filter((line) => line.kind === "error").length;
    },
    last() {
      return this.said.at(-1)?.text ?? "";
    },
  },
  watch: {
    src(now, before) {
      if (now.split("?")[0] !== before.split("?")[0]) this.page = this.hash = "";
      this.load();
    },
  },
  created() {
    confineFrames();
  },
  mounted() {
    this.sight = new ResizeObserver(([entry]) => {
      const { width, height } = entry.contentRect;
      this.room = { width, height };
    });
    this.sight.observe(this.$refs.stage);
    this.listener = (event) => this.hear(event);
    this.load();
  },
  beforeUnmount() {
    this.sight.disconnect();
    removeEventListener("message", this.listener);
  },
  methods: {
    // A new frame each time: the old one may hang, and must leave nothing in the history of the window.
    load() {
      this.round++;
      this.said = [];
      this.blocked = [];
      this.heard = 0;
      this.loaded = performance.now();
      addEventListener("message", this.listener);
    },
    go(page, hash = "") {
      this.page = page;
      this.hash = hash;
      this.load();
    },
    hear({ source, data }) {
      if (!this.$refs.frame || source !== this.$refs.frame.contentWindow) return;
      if (++this.heard > MOST) return removeEventListener("message", this.listener);
      const { livewright: kind, text, where } = data ?? {};
      if (typeof text !== "string" || typeof where !== "string") return;
      const soon = performance.now() - this.loaded < SOON;
      if (kind === "page") return soon || this.go(text.slice(0, LONGEST), /^#[\w-]{1,100}$/.test(where) ? where : "");
      if (kind === "network") this.block(text.slice(0, 100));
      else if (KINDS.includes(kind)) this.said.push({ kind, text: text.slice(0, LONGEST), where: where.slice(0, 80) });
    },
    block(address) {
      if (!this.blocked.length) this.open = true;
      if (!this.blocked.includes(address) && this.blocked.length < 5) this.blocked.push(address);
    },
    async copy() {
      await copyText(this.commands);
      this.copied = true;
      setTimeout(() => (this.copied = false), 1500);
    },
  },
};

// A frame could leave for another address and take along what was typed into it: frames of this page stay with previews.
function confineFrames() {
  if (document.querySelector("meta[data-lw-frames]")) return;
  const meta = document.createElement("meta");
  const origin = location.hostname.startsWith("[") ? "'self'" : `${location.origin}/preview/`; // CSP knows no IPv6 hosts
  meta.httpEquiv = "Content-Security-Policy";
  meta.content = `frame-src ${origin}`;
  meta.dataset.lwFrames = "";
  document.head.append(meta);
}
