// Files that the page would save: they go to the page around, which asks first, since a sandbox saves nothing itself
const MAX_OFFERED_BYTES = 50_000_000;

const offerFile = async (link) => {
  try {
    const answer = await fetch(link.href); // at once: many a page revokes the address right after
    if (!answer.ok) throw new Error(`the answer was ${answer.status}`);
    const bytes = await answer.arrayBuffer();
    const name = link.download || new URL(link.href).pathname.split("/").at(-1);
    if (bytes.byteLength > MAX_OFFERED_BYTES) throw new Error("it is larger than 50 MB");
    send("file", { name: cut(name), bytes }, [bytes]);
  } catch (error) {
    log("sandbox", () => `A file could not be saved: ${error.message}.`);
  }
};
// A link that is in no document sends its click to nobody but itself.
const clickLink = HTMLAnchorElement.prototype.click;
HTMLAnchorElement.prototype.click = function () {
  if (this.isConnected || !this.hasAttribute("download")) clickLink.call(this);
  else offerFile(this);
};
