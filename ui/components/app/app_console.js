// What the running app asked, failed at and printed
import { ICONS } from "app_icons";

const KINDS = { stdout: "back end", stderr: "back end", adjusted: "adjusted", sandbox: "sandbox" };

export default {
  template: `
    <div class="lw-app-console" data-testid="app-console" :class="{ open }">
      <div class="lw-app-console-bar">
        <div role="tablist" class="lw-app-console-tabs">
          <button v-for="tab in tabs" type="button" role="tab" :aria-selected="open && tab.key === shown"
            :class="{ selected: open && tab.key === shown }" @click="choose(tab.key)">{{ tab.label }}
            <span class="count" :class="{ warn: tab.key === 'errors' && tab.count }" v-if="tab.count">{{ tab.count }}</span>
          </button>
        </div>
        <div class="lw-grow"></div>
        <button type="button" class="lw-app-fix" v-if="errors.length" @click="$emit('fix')">Fix these</button>
        <button type="button" class="lw-app-button" aria-label="Clear the list" title="Clear the list"
          @click="$emit('clear')" v-html="icons.trash"></button>
        <button type="button" class="lw-app-button fold" :aria-label="open ? 'Fold the console' : 'Unfold the console'"
          :title="open ? 'Fold the console' : 'Unfold the console'" @click="open = !open" v-html="icons.fold"></button>
      </div>
      <div class="lw-app-console-lines" v-if="open">
        <p class="empty" v-if="!list.length">{{ emptySentence }}</p>
        <template v-if="shown === 'requests'">
          <template v-for="(each, index) in requests" :key="index">
            <button type="button" class="request" :class="{ warn: each.status >= 400 || each.note }"
              :aria-expanded="opened === index" @click="opened = opened === index ? -1 : index">
              <span class="method">{{ each.method }}</span><span class="path">{{ each.path }}</span>
              <span class="status">{{ statusOf(each) }}</span>
              <span class="time">{{ each.milliseconds === null ? "" : each.milliseconds + " ms" }}</span>
              <span class="clock">{{ each.time }}</span>
            </button>
            <pre class="body" v-if="opened === index">{{ each.error || each.body || "The answer has no text." }}</pre>
          </template>
        </template>
        <template v-if="shown === 'errors'">
          <div class="line error" v-for="each in errors">
            <span class="text">{{ each.message }}<b v-if="each.count > 1"> ×{{ each.count }}</b></span>
            <button type="button" class="place" v-if="each.path" @click="openSource(each)">{{ place(each) }}</button>
            <span class="clock">{{ each.time }}</span>
          </div>
        </template>
        <template v-if="shown === 'output'">
          <div class="line" :class="each.kind" v-for="each in output">
            <em v-if="kinds[each.kind]">{{ kinds[each.kind] }}</em><span class="text">{{ each.text }}</span>
            <button type="button" class="place" v-if="each.path" @click="openSource(each)">{{ place(each) }}</button>
            <span class="clock">{{ each.time }}</span>
          </div>
        </template>
        <p class="empty" v-if="leftOut">{{ leftOut }} more: reload to listen again.</p>
      </div>
    </div>`,
  props: { requests: Array, errors: Array, output: Array, leftOut: Number },
  data: () => ({
    icons: ICONS,
    kinds: KINDS,
    open: false,
    shown: "requests",
    opened: -1,
    wasChosen: false,
  }),
  computed: {
    tabs() {
      return [
        { key: "requests", label: "Requests", count: this.requests.length },
        { key: "errors", label: "Errors", count: this.errors.length },
        { key: "output", label: "Output", count: this.output.length },
      ];
    },
    list() {
      return this[this.shown];
    },
    emptySentence() {
      return {
        requests: "No request yet.",
        errors: "No errors so far.",
        output: "Nothing printed yet.",
      }[this.shown];
    },
  },
  watch: {
    "errors.length"(count, before) {
      if (!count || before || this.wasChosen) return;
      this.open = true;
      this.shown = "errors";
    },
    requests() {
      this.opened = this.opened < this.requests.length ? this.opened : -1;
    },
  },
  methods: {
    choose(key) {
      this.wasChosen = true;
      this.open = !(this.open && this.shown === key);
      this.shown = key;
    },
    statusOf({ status, note }) {
      return note || (status >= 500 ? `${status} server error` : status || "…");
    },
    place({ path, line }) {
      return line ? `${path}:${line}` : path;
    },
    openSource({ path, line }) {
      this.$emit("open-source", { path, line });
    },
  },
};
