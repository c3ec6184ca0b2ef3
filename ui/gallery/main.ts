/**
 * The gallery: every part on one page, for the eye and for axe. Not in the build; `npm run dev`,
 * then /gallery/?theme=light|dark|contrast&lang=en|zh-Hans|ar&show=parts|sheet|palette|keys
 */
import "../src/styles/index.css";
import { mount } from "svelte";
import { setLocale } from "../src/i18n/locale.svelte";
import { setLook } from "../src/shared/theme.svelte";
import Gallery from "./Gallery.svelte";

const wanted = new URLSearchParams(location.search);
setLocale(wanted.get("lang") ?? "en");
setLook({ theme: wanted.get("theme") ?? "light" });
mount(Gallery, { target: document.body, props: { show: wanted.get("show") ?? "parts" } });
