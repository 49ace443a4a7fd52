// Works without the server: all of it is in the browser.
const GRACE_MILLISECONDS = 800; // a connection that is back by then was hardly away

export default {
  template: `
    <div class="lw-connection-notice" role="alert">
      <template v-if="isLost">
        <span class="lw-connection-text">
          <b>No connection to the server<span aria-hidden="true"> for {{ seconds }} s</span>.</b>
          {{ promise }}
        </span>
        <button type="button" class="lw-subtle-btn" @click="retry">Try now</button>
      </template>
    </div>
  `,
  props: { promise: String },
  data: () => ({ isLost: false, seconds: 0 }),
  mounted() {
    window.addEventListener("offline", this.drop);
    window.addEventListener("online", this.retry);
    this.attach();
  },
  unmounted() {
    window.removeEventListener("offline", this.drop);
    window.removeEventListener("online", this.retry);
    clearTimeout(this.timer);
  },
  methods: {
    attach() {
      // NiceGUI makes the socket once all is mounted.
      if (!window.socket) return (this.timer = setTimeout(this.attach, 50));
      window.socket.on("connect", this.onConnect);
      window.socket.on("disconnect", this.onDisconnect);
    },
    onConnect() {
      clearTimeout(this.timer);
      this.isLost = false;
      document.body.classList.remove("lw-offline");
    },
    onDisconnect() {
      const since = Date.now();
      const count = () => {
        this.isLost = true;
        this.seconds = Math.round((Date.now() - since) / 1000);
        document.body.classList.add("lw-offline");
        this.timer = setTimeout(count, 1000);
      };
      clearTimeout(this.timer);
      this.timer = setTimeout(count, GRACE_MILLISECONDS);
    },
    drop() {
      // The browser knows that the network is gone long before the socket's own check does.
      window.socket?.io.engine?.close();
    },
    retry() {
      const socket = window.socket;
      if (!socket || socket.connected) return;
      // As NiceGUI does before each of its own tries: the server then sends what was missed.
      socket.io.opts.query.next_message_id = window.nextMessageId;
      socket.disconnect().connect();
    },
  },
};
