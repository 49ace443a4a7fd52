// A small picture of the page, for the card of its project. A page cannot be photographed by a script: a copy of its
// elements with all their styles becomes a picture of the kind SVG, and a canvas draws that.
const PICTURE_WIDTH = 720; // px: twice that of a card, for dense screens
const PICTURE_HEIGHT = 252;
const MAX_PICTURE_URL_LENGTH = 80_000; // characters
const MAX_PICTURE_ELEMENTS = 4000; // a page of more is not pictured
const MAX_SVG_LENGTH = 4_000_000; // characters
const PICTURE_QUALITIES = [0.8, 0.6, 0.4, 0.2];
const NOT_PICTURED =
  "script, noscript, template, link, style, meta, base, iframe, object, embed, audio";
// What XML can have: frameworks write `@click` and `:class` into pages, which HTML takes and XML does not.
const XML_NAME = /^(?:xlink:|xml:)?[A-Za-z_][\w.-]*$/;
const NOT_IN_XML = /[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]/g;

const styleTexts = (sheets) =>
  [...sheets].flatMap((sheet) => {
    try {
      return [...sheet.cssRules].flatMap((rule) =>
        rule.styleSheet ? styleTexts([rule.styleSheet]) : rule.cssText,
      );
    } catch {
      return []; // one that a script must not read
    }
  });

// A picture of what an element shows that a copy of it would not
const drawn = (element) => {
  const canvas = document.createElement("canvas");
  canvas.width = element.clientWidth || element.width || 1;
  canvas.height = element.clientHeight || element.height || 1;
  canvas.getContext("2d").drawImage(element, 0, 0, canvas.width, canvas.height);
  return canvas.toDataURL();
};

const copyState = (element, copy) => {
  for (const { name } of [...copy.attributes]) if (!XML_NAME.test(name)) copy.removeAttribute(name);
  switch (element.localName) {
    case "input":
      if (/^(checkbox|radio)$/.test(element.type)) copy.toggleAttribute("checked", element.checked);
      else if (element.type !== "password" && element.type !== "file")
        setNative.call(copy, "value", element.value);
      break;
    case "textarea":
      copy.textContent = element.value;
      break;
    case "option":
      copy.toggleAttribute("selected", element.selected);
      break;
    case "canvas":
    case "video":
    case "img": {
      if (element.localName === "img" && !element.src.startsWith("blob:")) break;
      const image = document.createElement("img");
      for (const { name, value } of copy.attributes) setNative.call(image, name, value);
      setNative.call(image, "width", element.clientWidth);
      setNative.call(image, "height", element.clientHeight);
      image.src = drawn(element);
      copy.replaceWith(image);
    }
  }
};

const background = () => {
  for (const element of [document.body, document.documentElement]) {
    const { backgroundColor } = getComputedStyle(element);
    if (!/^(transparent|rgba\(.*, 0\))$/.test(backgroundColor)) return backgroundColor;
  }
  return "white";
};

const toSvg = () => {
  const elements = [document.documentElement, ...document.documentElement.querySelectorAll("*")];
  if (elements.length > MAX_PICTURE_ELEMENTS) throw new Error("too many elements");
  const root = document.documentElement.cloneNode(true);
  const copies = [root, ...root.querySelectorAll("*")];
  for (const [index, element] of elements.entries()) copyState(element, copies[index]);
  for (const element of root.querySelectorAll(NOT_PICTURED)) element.remove();
  const style = document.createElement("style");
  style.textContent = styleTexts([...document.styleSheets, ...document.adoptedStyleSheets]).join(
    "\n",
  );
  root.querySelector("head").append(style);
  const size = `width="${innerWidth}" height="${innerHeight}"`;
  const content = new XMLSerializer().serializeToString(root).replace(NOT_IN_XML, "");
  return `<svg xmlns="http://www.w3.org/2000/svg" ${size}><foreignObject ${size}>${content}</foreignObject></svg>`;
};

const takePicture = async () => {
  const svg = toSvg();
  if (svg.length > MAX_SVG_LENGTH) return;
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg.toWellFormed())}`;
  await image.decode();
  const canvas = document.createElement("canvas");
  canvas.width = PICTURE_WIDTH;
  canvas.height = PICTURE_HEIGHT;
  const context = canvas.getContext("2d");
  context.fillStyle = background();
  context.fillRect(0, 0, PICTURE_WIDTH, PICTURE_HEIGHT);
  const scale = PICTURE_WIDTH / innerWidth;
  context.drawImage(image, 0, 0, PICTURE_WIDTH, innerHeight * scale);
  for (const quality of PICTURE_QUALITIES) {
    const url = canvas.toDataURL("image/jpeg", quality);
    if (url.length <= MAX_PICTURE_URL_LENGTH) return send("picture", { url });
  }
};
addEventListener("message", ({ source, data }) => {
  // Without a picture nothing is missing but that.
  if (source === parent && data?.picture) takePicture().catch(() => {});
});
