// A generated page in its sandbox. Its messages are taken only from its own frame, are limited in length
// and number, and are shown as text.
import { copyText } from "clipboard";

const BASE = import.meta.url.split("/_nicegui/")[0]; // origin and sub path of this server
const WIDTHS = { Phone: 375, Tablet: 768, Desktop: 0 }; // px; 0: all there is
const MAX_MESSAGE_LENGTH = 500; // characters
const MAX_MESSAGES = 200; // of one load; later ones are not shown
const MAX_FLOOD_MESSAGES = 2_000; // of one load; a page that sends more is stopped
const MAX_OWN_LOADS = 5; // in OWN_LOADS_PERIOD; a page that loads itself more often is stopped
const OWN_LOADS_PERIOD = 10_000; // ms
const FLOOD_SENTENCE = "This page sent messages without end, so it was stopped.";
const LOOP_SENTENCE = "This page loads itself again and again, so it was stopped.";
const NAVIGATION_DELAY = 500; // ms after a load; nobody has pressed a link before
const CONSOLE_KINDS = ["debug", "log", "info", "warn", "error", "alert", "confirm", "prompt"];

export default {
  template: `
    <div class="lw-preview">
      <div class="lw-preview-toolbar" v-if="src">
        <div class="lw-segmented-control" role="group" aria-label="Width">
          <button v-for="(px, name) in widths" type="button" :class="{ selected: name === width }"
            :aria-pressed="name === width" @click="width = name">{{ name }}</button>
        </div>
        <span class="lw-preview-page" v-if="page">{{ page }}</span>
        <div class="lw-grow"></div>
        <button type="button" class="lw-subtle-btn" v-if="page" @click="go('')">Front page</button>
        <button type="button" class="lw-subtle-btn" @click="restart">Reload</button>
      </div>
      <div class="lw-preview-viewport" ref="viewport">
        <iframe v-if="src && !stopped" ref="frame" :key="loadCount" :src="address" :style="frameStyle"
          sandbox="allow-scripts" referrerpolicy="no-referrer" title="Preview of the app" @load="onLoad"></iframe>
        <div class="lw-empty-state" v-else-if="stopped" role="alert">
          <b>Stopped</b><span>{{ stopped }} Press Reload to run it again.</span>
        </div>
        <div class="lw-empty-state" v-else-if="sentence">
          <b>{{ commands ? "No preview of this stack" : "Nothing to preview yet" }}</b>
          <span>{{ sentence }}</span>
          <div class="lw-commands" v-if="commands">
            <pre>{{ commands }}</pre><button type="button" class="lw-subtle-btn" @click="copy">{{ copied ? "Copied" : "Copy commands" }}</button>
          </div>
        </div>
      </div>
      <div class="lw-console" v-if="src && lines.length + blocked.length" :class="{ open }">
        <button type="button" class="lw-console-toggle" :aria-expanded="open" @click="open = !open">
          <span>Console</span>
          <b v-if="errors" class="error">{{ errors }} {{ errors === 1 ? "error" : "errors" }}</b>
          <span v-if="blocked.length">no network</span>
          <span class="last-message">{{ open ? "" : lastMessage }}</span>
        </button>
        <div class="lw-console-lines" v-if="open">
          <div v-if="blocked.length" class="offline">
            <span>{{ offline }}</span>
            <div class="lw-commands">
              <pre>{{ commands }}</pre><button type="button" class="lw-subtle-btn" @click="copy">{{ copied ? "Copied" : "Copy commands" }}</button>
            </div>
            <small>Asked for {{ blocked.join(", ") }}</small>
          </div>
          <div v-for="line in lines" :class="line.kind"><span>{{ line.text }}</span><em>{{ line.where }}</em></div>
          <div v-if="leftOut"><span>{{ leftOut }} more: reload to listen again.</span></div>
        </div>
      </div>
    </div>`,
  props: { src: String, sentence: String, commands: String, offline: String },
  data: () => ({
    widths: WIDTHS,
    width: "Desktop",
    viewport: { width: 0, height: 0 },
    page: "",
    hash: "",
    loadCount: 0,
    open: false,
    lines: [],
    blocked: [],
    leftOut: 0,
    stopped: "",
    copied: false,
  }),
  computed: {
    address() {
      const page = this.page ? `&page=${encodeURIComponent(this.page)}` : "";
      return `${BASE}${this.src}${page}${this.hash}`;
    },
    // A page that is wider than the viewport is scaled down.
    frameStyle() {
      const width = WIDTHS[this.width] || this.viewport.width;
      const scale = Math.min(1, this.viewport.width / width || 1);
      return {
        width: `${width}px`,
        height: `${this.viewport.height / scale}px`,
        transform: `scale(${scale})`,
      };
    },
    errors() {
      return this.lines.filter((line) => line.kind === "error").length;
    },
    lastMessage() {
      return this.lines.at(-1)?.text ?? "";
    },
  },
  watch: {
    src(now, before) {
      if (now.split("?")[0] !== before.split("?")[0]) {
        this.page = "";
        this.hash = "";
      }
      this.restart();
    },
  },
  created() {
    confineFrames();
  },
  mounted() {
    this.resizeObserver = new ResizeObserver(([entry]) => {
      const { width, height } = entry.contentRect;
      this.viewport = { width, height };
    });
    this.resizeObserver.observe(this.$refs.viewport);
    this.restart();
  },
  beforeUnmount() {
    this.resizeObserver.disconnect();
    removeEventListener("message", this.onMessage);
  },
  methods: {
    // A press of Reload, or a new version
    restart() {
      this.ownLoads = [];
      this.load();
    },
    // The counter is the frame's key, so each load makes a new frame: the old one may hang, and must leave
    // nothing in the window's history.
    load() {
      this.loadCount++;
      this.lines = [];
      this.blocked = [];
      this.leftOut = 0;
      this.stopped = "";
      this.messageCount = 0;
      this.isLoaded = false;
      this.loadedAt = performance.now();
      addEventListener("message", this.onMessage);
    },
    stop(sentence) {
      this.stopped = sentence;
      removeEventListener("message", this.onMessage);
    },
    // A frame that loads a second time has been reloaded or left by the page itself. Its request has no cookie, so
    // nothing came: the page is loaded from here.
    onLoad() {
      if (!this.isLoaded) {
        this.isLoaded = true;
        return;
      }
      const now = performance.now();
      this.ownLoads = [...this.ownLoads.filter((time) => now - time < OWN_LOADS_PERIOD), now];
      if (this.ownLoads.length > MAX_OWN_LOADS) this.stop(LOOP_SENTENCE);
      else this.load();
    },
    go(page, hash = "") {
      this.page = page;
      this.hash = hash;
      this.restart();
    },
    onMessage({ source, data }) {
      if (!this.$refs.frame || source !== this.$refs.frame.contentWindow) return;
      this.messageCount++;
      if (this.messageCount > MAX_FLOOD_MESSAGES) this.stop(FLOOD_SENTENCE);
      const { livewright: kind, text, where } = data ?? {};
      if (kind === "left-out") this.leftOut = Number(text) || 1;
      else if (this.messageCount > MAX_MESSAGES) this.leftOut ||= 1;
      if (this.messageCount > MAX_MESSAGES) return;
      if (typeof text !== "string" || typeof where !== "string") return;
      if (kind === "page") this.follow(text.slice(0, MAX_MESSAGE_LENGTH), where);
      else if (kind === "network") this.block(text.slice(0, 100));
      else if (CONSOLE_KINDS.includes(kind))
        this.lines.push({
          kind,
          text: text.slice(0, MAX_MESSAGE_LENGTH),
          where: where.slice(0, 80),
        });
    },
    follow(page, hash) {
      if (performance.now() - this.loadedAt < NAVIGATION_DELAY) return;
      this.go(page, /^#[\w-]{1,100}$/.test(hash) ? hash : "");
    },
    block(address) {
      if (!this.blocked.length) this.open = true;
      if (!this.blocked.includes(address) && this.blocked.length < 5) this.blocked.push(address);
    },
    async copy() {
      await copyText(this.commands);
      this.copied = true;
      setTimeout(() => {
        this.copied = false;
      }, 1500);
    },
  },
};

// A frame could navigate to another site and take along what was typed into it: this page's frames may show
// previews alone.
function confineFrames() {
  if (document.querySelector("meta[data-lw-frames]")) return;
  const meta = document.createElement("meta");
  const isIpv6 = location.hostname.startsWith("["); // which a content security policy cannot name
  meta.httpEquiv = "Content-Security-Policy";
  meta.content = `frame-src ${isIpv6 ? "'self'" : `${BASE}/preview/`}`;
  meta.dataset.lwFrames = "";
  document.head.append(meta);
}
