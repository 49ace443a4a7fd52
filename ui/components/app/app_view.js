// The running app: a bar, its sandboxed frame, and below it what it asked, logged and failed at. All that comes from
// the app is limited in length and number, and is shown as text.
import AppConsole from "app_console";
import { ICONS } from "app_icons";

const BASE = import.meta.url.split("/_nicegui/")[0]; // origin and sub path of this server
const WIDTHS = {
  phone: { px: 390, label: "Phone, 390 px" },
  tablet: { px: 768, label: "Tablet, 768 px" },
  pane: { px: 0, label: "As wide as the pane" },
};
const REPORT_DELAY = 800; // ms after an error, since others come with it
const QUIET_DELAY = 6000; // ms after which an app without an error is said to run
const MIN_OFFER_TIME = 500; // ms for which the question for a file has to be there before it is answered
const MAX_ENTRIES = 200; // of each list; later ones are only counted

export default {
  components: { AppConsole },
  template: `
    <div class="lw-app-view" :class="{ full: isFull }">
      <div class="lw-app-toolbar">
        <i class="lw-app-dot" :class="{ on: isRunning, busy: busy }" :title="isRunning ? 'The app runs' : 'Nothing runs'"></i>
        <button type="button" class="lw-app-button" aria-label="Back" title="Back" @click="goBack"
          :disabled="!isRunning" v-html="icons.back"></button>
        <button type="button" class="lw-app-button" aria-label="Reload" title="Reload the app" @click="reload"
          v-html="icons.reload"></button>
        <form class="lw-app-address" @submit.prevent="go">
          <span v-html="icons.lock"></span><span class="host">{{ host }}</span>
          <input aria-label="Address in the app" v-model="address" spellcheck="false" autocomplete="off" />
        </form>
        <div class="lw-app-widths" role="group" aria-label="Width">
          <button v-for="(each, key) in widths" type="button" class="lw-app-button" :class="{ on: key === width }"
            :aria-label="each.label" :title="each.label" :aria-pressed="key === width" @click="width = key"
            v-html="icons[key]"></button>
        </div>
        <i class="lw-app-separator"></i>
        <button type="button" class="lw-app-button" aria-label="Reset data" title="Reset data" @click="askReset"
          v-html="icons.data"></button>
        <button type="button" class="lw-app-button" aria-label="Save data" title="Save the app’s data as a zip"
          v-if="hasData" @click="saveData" v-html="icons.save"></button>
        <button type="button" class="lw-app-button" aria-label="Open in a new tab" title="Open in a new tab"
          @click="openTab" v-html="icons.tab"></button>
        <button type="button" class="lw-app-button" :aria-label="isFull ? 'Leave full screen' : 'Full screen'"
          :title="isFull ? 'Leave full screen' : 'Full screen'" @click="isFull = !isFull" v-html="icons.full"></button>
      </div>
      <div class="lw-app-strip" v-if="isAsking" role="alert">
        <span>Delete what this app has stored: {{ stored }}?</span>
        <div class="lw-grow"></div>
        <button type="button" class="lw-subtle-btn" @click="reset">Delete it</button>
        <button type="button" class="lw-subtle-btn" @click="isAsking = false">Keep it</button>
      </div>
      <div class="lw-app-strip" v-if="offered" role="alert">
        <span>The app would like to save a file: {{ offered.name }}, {{ formatSize(offered.bytes.byteLength) }}.</span>
        <div class="lw-grow"></div>
        <button type="button" class="lw-subtle-btn" @click="saveOffered" :disabled="!canSave">Save it</button>
        <button type="button" class="lw-subtle-btn" @click="refuseOffered">Refuse</button>
      </div>
      <div class="lw-app-strip" v-if="strip"><i class="lw-app-spinner"></i><span>{{ strip }}</span></div>
      <div class="lw-app-viewport" ref="viewport">
        <div class="lw-app-frames" ref="frames" :style="frameStyle" v-show="!face"></div>
        <div class="lw-empty-state" v-if="face" role="status">
          <b>{{ face.title }}</b><span>{{ face.text }}</span>
          <div class="lw-commands" v-if="face.commands"><pre>{{ face.commands }}</pre></div>
        </div>
      </div>
      <app-console :requests="requests" :errors="errors" :output="output" :left-out="leftOut"
        @clear="clear(true)" @open-source="$emit('open-source', $event)" @fix="$emit('fix', { findings: errors })" />
    </div>`,
  props: {
    name: String,
    base: String,
    scripts: String,
    front: Object,
    back: Object,
    warm: String,
    sentence: String,
    commands: String,
    runtime: String,
    progress: String,
    visible: Boolean,
  },
  data: () => ({
    icons: ICONS,
    widths: WIDTHS,
    width: "pane",
    viewport: { width: 0, height: 0 },
    address: "/",
    requests: [],
    errors: [],
    output: [],
    leftOut: 0,
    stopped: "",
    phase: "",
    busy: false,
    isRunning: false,
    isFull: location.hash === "#app",
    isAsking: false,
    hasData: false,
    canSave: false,
    offered: null, // a file that the app would save: { name, bytes }
  }),
  computed: {
    host() {
      return (
        this.name
          .toLowerCase()
          .replace(/[^\p{L}\p{N}]+/gu, "-")
          .replace(/^-|-$/g, "")
          .slice(0, 40) || "app"
      );
    },
    hasWebAssembly: () => typeof WebAssembly === "object",
    needsRuntime() {
      return Boolean(this.back || this.front?.framework);
    },
    // What stands in the place of the app
    face() {
      if (this.stopped)
        return { title: "Stopped", text: `${this.stopped} Press Reload to run it again.` };
      if (!this.front && !this.back)
        return {
          title: this.commands ? "This runs outside" : "Nothing to run yet",
          text: this.sentence,
          commands: this.commands,
        };
      if (this.back && !this.front && !this.hasWebAssembly)
        return {
          title: "WebAssembly is off",
          text: "This browser has it switched off, and Python needs it to run here.",
        };
      if (this.needsRuntime && !this.runtime)
        return {
          title: "Being made ready",
          text: this.progress || "What apps need to run is being made ready.",
        };
      return null;
    },
    strip() {
      return this.face ? "" : this.phase;
    },
    stored() {
      return this.back
        ? "its database, what it holds in memory, its cookies and its local storage"
        : "its cookies and its local storage";
    },
    // An app that is wider than the pane is scaled down.
    frameStyle() {
      const width = WIDTHS[this.width].px || this.viewport.width;
      const scale = Math.min(1, this.viewport.width / width || 1);
      return {
        width: `${width}px`,
        height: `${this.viewport.height / scale}px`,
        transform: `scale(${scale})`,
      };
    },
  },
  watch: {
    front: "run",
    back: "run",
    runtime: "run",
    visible: "run",
    warm: "run",
    face() {
      if (this.face && !this.stopped) this.isRunning = false;
    },
  },
  created() {
    this.session = null;
    confineFrames();
  },
  mounted() {
    this.resizeObserver = new ResizeObserver(([entry]) => {
      const { width, height } = entry.contentRect;
      this.viewport = { width, height };
    });
    this.resizeObserver.observe(this.$refs.viewport);
    this.run();
  },
  beforeUnmount() {
    this.resizeObserver.disconnect();
    clearTimeout(this.reportTimer);
    this.session?.close();
  },
  methods: {
    // Changes come one after the other; what is outdated by then is left out.
    run() {
      this.wanted = (this.wanted ?? 0) + 1;
      this.running = (this.running ?? Promise.resolve())
        .then(() => this.runOnce(this.wanted))
        .catch((error) => {
          this.note({
            kind: "start",
            message: String(error.message ?? error),
            path: null,
            line: null,
          });
        });
    },
    async runOnce(turn) {
      if (turn !== this.wanted || !this.$refs.frames) return;
      const canWarm = this.warm && this.runtime && this.hasWebAssembly;
      if (!this.visible) this.leave();
      if (!this.visible && !canWarm) return;
      const sides = this.visible && (!this.face || this.stopped) ? [this.front, this.back] : [];
      const [session, front, back] = await Promise.all([
        this.openSession(canWarm),
        ...sides.map((side) => this.load(side)),
      ]);
      if (turn !== this.wanted || !sides.length) return;
      const key = `${front?.id} ${back?.id}`;
      if (key === this.shownKey) return;
      this.shownKey = key;
      this.isRunning = true;
      this.reportIn(QUIET_DELAY);
      const versions = { front, back: this.hasWebAssembly ? back : null };
      // What is told of them may arrive when others are in view.
      this.shownRuns = Object.values(versions).filter(Boolean).map(runOf);
      session.run(versions);
    },
    leave() {
      clearTimeout(this.reportTimer);
      this.session?.leave();
      this.shownKey = "";
      this.isRunning = false;
    },
    async openSession(canWarm) {
      this.session ??= await (this.creating ??= this.createSession()); // not in `data`: Vue need not watch frames and workers
      if (this.runtime) await this.session.useRuntime(`${BASE}${this.runtime}`);
      if (canWarm) this.session.warm(this.warm);
      return this.session;
    },
    async createSession() {
      const { AppSession } = await import(`${BASE}${this.scripts}session.js`);
      return new AppSession({
        container: this.$refs.frames,
        base: BASE,
        scripts: `${BASE}${this.scripts}`,
        ui: this.listeners(),
      });
    },
    listeners() {
      return {
        phase: (sentence) => {
          this.phase = sentence;
          this.busy = Boolean(sentence);
        },
        address: (path) => (this.address = path),
        line: (line) => this.add("output", { ...line, time: now() }),
        request: (entry) => this.add("requests", entry),
        changed: () => (this.requests = [...this.requests]),
        finding: (finding) => this.note(finding),
        leftOut: (count) => (this.leftOut = count),
        cleared: (isBackEndToo) => {
          this.clear(isBackEndToo);
          this.forgetOffers();
        },
        stored: () => (this.hasData = true),
        offered: (file) => this.offer(file),
        picture: (url) => this.$emit("picture", { url, runs: this.shownRuns }),
        stopped: (sentence) => {
          this.stopped = sentence;
          this.isRunning = !sentence;
        },
      };
    },
    add(list, entry) {
      if (this[list].length >= MAX_ENTRIES) this.leftOut++;
      else this[list].push(entry);
    },
    note(finding) {
      const known = this.errors.find(
        (each) =>
          each.message === finding.message &&
          each.path === finding.path &&
          each.line === finding.line,
      );
      if (known) known.count++;
      else this.add("errors", { ...finding, count: 1, time: now() });
      this.reportIn(REPORT_DELAY);
    },
    // What was found in this version, or that nothing was
    reportIn(delay) {
      clearTimeout(this.reportTimer);
      if (this.front?.isLive) return;
      this.reportTimer = setTimeout(() => {
        if (this.isRunning && !this.busy) this.report();
        else if (!this.stopped) this.reportIn(QUIET_DELAY);
      }, delay);
    },
    report() {
      this.$emit("findings", { findings: this.errors, runs: this.shownRuns });
      if (this.errors.length || this.picturedKey === this.shownKey) return;
      this.picturedKey = this.shownKey;
      this.session?.takePicture();
    },
    // The files of the version that is shown of a side are kept, and no others
    async load(side) {
      if (!side) return null;
      this.loaded ??= {};
      const kept = this.loaded[runOf(side)];
      if (kept?.id === side.id) return { ...side, files: kept.files };
      const answer = await fetch(`${BASE}${side.address}`);
      if (!answer.ok) throw new Error("The files of this version cannot be loaded.");
      const files = await answer.json();
      this.loaded = { ...this.inView(), [runOf(side)]: { id: side.id, files } };
      return { ...side, files };
    },
    inView() {
      const runs = [this.front, this.back].filter(Boolean).map(runOf);
      return Object.fromEntries(runs.map((each) => [each, this.loaded[each]]));
    },
    // Another page is shown. What the back end printed and failed at stays true while it goes on.
    clear(isBackEndToo) {
      this.requests = [];
      this.errors = isBackEndToo ? [] : this.errors.filter((each) => each.isBackEnd);
      this.output = isBackEndToo ? [] : this.output.filter((each) => /^std/.test(each.kind));
      this.leftOut = 0;
    },
    // Another page may offer again
    forgetOffers() {
      this.offered = null;
      this.refusesFiles = false;
    },
    // All that is printed from here on
    listenAgain() {
      this.clear(false);
      this.forgetOffers();
      this.output = [];
    },
    goBack() {
      this.session?.back();
    },
    reload() {
      this.listenAgain();
      this.stopped = "";
      this.session?.reload();
    },
    go() {
      this.listenAgain();
      this.session?.open(this.address.startsWith("/") ? this.address : `/${this.address}`);
    },
    // The studio in a tab of its own, where the app takes all the room: it stays in its sandbox
    openTab() {
      open(`${location.pathname}?look=app#app`);
    },
    askReset() {
      this.isAsking = !this.isAsking;
    },
    async reset() {
      this.isAsking = false;
      this.clear(true);
      this.stopped = "";
      this.hasData = false;
      await this.session?.reset();
    },
    saveData() {
      save(`${this.host}-data.zip`, this.session.data);
    },
    // One at a time, so that none takes the place of another under the finger; after a refusal no more of this page
    offer(file) {
      if (this.offered || this.refusesFiles) return;
      this.offered = file;
      this.canSave = false; // a press at once is meant for what was there before
      setTimeout(() => (this.canSave = true), MIN_OFFER_TIME);
    },
    saveOffered() {
      save(this.offered.name, this.offered.bytes);
      this.offered = null;
    },
    refuseOffered() {
      this.offered = null;
      this.refusesFiles = true;
    },
    formatSize: (bytes) =>
      bytes < 1000
        ? `${bytes} bytes`
        : `${(bytes / 1000).toLocaleString("en", { maximumFractionDigits: 1 })} KB`,
  },
};

// The id of a side's version says how many of its files had come as well
const runOf = ({ id }) => id.split("?", 1)[0];

// As bytes of no kind: the browser shows nothing of it
function save(name, bytes) {
  const blob = new Blob([bytes], { type: "application/octet-stream" });
  const link = Object.assign(document.createElement("a"), {
    href: URL.createObjectURL(blob),
    download: name,
  });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}

const now = () => new Date().toTimeString().slice(0, 8);

// A frame could navigate to another site and take along what was typed into it: this page's frames may show the
// sandbox's document alone.
function confineFrames() {
  if (document.querySelector("meta[data-lw-frames]")) return;
  const meta = document.createElement("meta");
  const isIpv6 = location.hostname.startsWith("["); // which a content security policy cannot name
  meta.httpEquiv = "Content-Security-Policy";
  meta.content = `frame-src ${isIpv6 ? "'self'" : `${BASE}/app-frame ${BASE}/app-frame/`}`;
  meta.dataset.lwFrames = "";
  document.head.append(meta);
}
