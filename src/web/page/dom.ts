/** Elements. Names from captures are inserted into the page as text only, with controls spelled out. */
import { escapeText } from "../../render/render-escape.ts";

type Attributes = Readonly<Record<string, string | number | boolean>>;
export type Child = Element | string | null;

const SVG = "http://www.w3.org/2000/svg";

/** Creates an element; texts among its children are escaped. An attribute that is false is omitted. */
export function el<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  setAttributes(element, attributes);
  for (const child of children) if (child !== null) element.append(asNode(child));
  return element;
}

/** Creates an SVG element. */
export function svg(tag: string, attributes: Attributes = {}, ...children: readonly Element[]): SVGElement {
  const element = document.createElementNS(SVG, tag) as SVGElement;
  setAttributes(element, attributes);
  element.append(...children);
  return element;
}

/** A name chosen by others: isolated, so that its letters do not reverse neighbouring text. */
export function named(name: string): HTMLElement {
  return el("bdi", {}, name);
}

/** Sets a text, if it is different: unchanged content stays untouched. */
export function setText(element: Element, text: string): void {
  const safe = escapeText(text);
  if (element.textContent !== safe) element.textContent = safe;
}

/** Sets an attribute, if it is different. */
export function setAttribute(element: Element, name: string, value: string): void {
  if (element.getAttribute(name) !== value) element.setAttribute(name, value);
}

/** A colour of the legend. */
export function swatch(fill: string): SVGElement {
  const rectangle = svg("rect", { class: fill, width: 10, height: 10 });
  return svg("svg", { class: "swatch", "aria-hidden": "true", viewBox: "0 0 10 10" }, rectangle);
}

/** A bar as long as `part` of the longest, 0 to 1. */
export function rowBar(): { readonly element: SVGElement; show(part: number, fill: string): void } {
  const rectangle = svg("rect", { width: 0, height: 10 });
  const attributes = {
    class: "bar",
    "aria-hidden": "true",
    viewBox: "0 0 1000 10",
    preserveAspectRatio: "none",
  };
  return {
    element: svg("svg", attributes, rectangle),
    show: (part, fill) => {
      setAttribute(rectangle, "class", fill);
      setAttribute(rectangle, "width", String(part <= 0 ? 0 : Math.max(3, Math.round(part * 1000))));
    },
  };
}

function setAttributes(element: Element, attributes: Attributes): void {
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== false) element.setAttribute(name, value === true ? "" : String(value));
  }
}

function asNode(child: Element | string): Node {
  return typeof child === "string" ? document.createTextNode(escapeText(child)) : child;
}
