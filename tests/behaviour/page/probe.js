"use strict";

/** Looks at a control from outside. */
window.Probe = (() => {
    const TARGETS = "a[href], button, input, [role=radio][tabindex], [role=switch], [role=slider]";
    /** CSS pixels each way (WCAG 2.5.8). */
    const TARGET_SIZE = 24;
    /** What rounding may add. */
    const SLACK = 1;

    /** The next frame but one: host and control have come to rest. */
    const settle = () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));

    /** The document below an element, a line for each node; what people can change is told too. */
    function lines(node, indent = "") {
        if (node.nodeType === Node.TEXT_NODE) {
            return [indent + JSON.stringify(node.data)];
        }
        const attributes = [...node.attributes].map(({ name, value }) => `${name}=${JSON.stringify(value)}`);
        const state = "value" in node ? [`.value=${JSON.stringify(node.value)}`] : [];
        const focus = node === document.activeElement ? ["*focused*"] : [];
        const head = [node.localName, ...attributes.sort(), ...state, ...focus].join(" ");
        return [indent + head, ...[...node.childNodes].flatMap((child) => lines(child, `${indent}  `))];
    }

    /** How much of its parent's width an element fills, to a hundredth; a clipped one by what is left of it. */
    function part(element) {
        const width = element.parentElement.clientWidth;
        const { clipPath } = getComputedStyle(element);
        const [, right, left] = /inset\(0px (\S+?)(?: 0px (\S+?))?\)/.exec(clipPath) ?? [];
        const clipped = right === undefined ? 0 : (Number.parseFloat(right) || 0) + (Number.parseFloat(left) || 0);
        return Math.round((element.getBoundingClientRect().width / width) * 100 - clipped) / 100;
    }

    /** What assistive technology adds to name and role. */
    function description(element) {
        const ids = (element.getAttribute("aria-describedby") ?? "").split(" ").filter(Boolean);
        const texts = ids.map((id) => document.getElementById(id)?.textContent ?? `nothing is called ${id}`);
        return [...texts, element.getAttribute("aria-description") ?? ""].filter(Boolean).join(" ");
    }

    function announced(container) {
        const live = "[aria-live=polite], [aria-live=assertive], [role=alert], [role=status]";
        const regions = container.querySelectorAll(live);
        const shown = [...regions].filter((region) => region.checkVisibility());
        return shown.map((region) => region.textContent).filter(Boolean).join(" ");
    }

    /** What does not fit: cut off, sticking out, lying over another text, too small to be hit. */
    function misfits(container) {
        const frame = container.getBoundingClientRect();
        const texts = [...textBoxes(container)];
        const all = [container, ...container.querySelectorAll("*")];
        const wide = all.filter(scrolls).map((each) => `${tell(each)} is cut off`);
        const out = texts
            .filter(({ box }) => box.left < frame.left - SLACK || box.right > frame.right + SLACK)
            .map(({ text }) => `"${text}" sticks out`);
        const small = all
            .filter((each) => each.matches(TARGETS) && isSmall(each))
            .map((each) => `${tell(each)} is too small: ${size(each)}`);
        const over = texts.flatMap((one, index) =>
            texts
                .slice(index + 1)
                .filter((other) => overlap(one.box, other.box))
                .map((other) => `"${one.text}" lies over "${other.text}"`)
        );
        return [...wide, ...out, ...small, ...over];
    }

    function* textBoxes(container) {
        const walker = document.createTreeWalker(container, NodeFilter.SHOW_TEXT);
        while (walker.nextNode()) {
            const node = walker.currentNode;
            if (node.data.trim() !== "" && isSeen(node.parentElement)) {
                const range = document.createRange();
                range.selectNodeContents(node);
                yield* [...range.getClientRects()].map((box) => ({ text: node.data, box, node }));
            }
        }
    }

    /** Texts for screen readers alone are clipped away. */
    function isSeen(element) {
        return element.checkVisibility({ visibilityProperty: true }) && !isClippedAway(element);
    }

    function isClippedAway(element) {
        const clipped = element !== null && getComputedStyle(element).clipPath === "inset(50%)";
        return clipped || (element !== null && isClippedAway(element.parentElement));
    }

    function scrolls(element) {
        const { overflowX } = getComputedStyle(element);
        const tooWide = element.scrollWidth > element.clientWidth + SLACK && element.clientWidth > 0;
        const hides = element.id === "container" || (overflowX !== "visible" && element.textContent !== "");
        return tooWide && hides && element.localName !== "input" && !isClippedAway(element);
    }

    function isSmall(element) {
        const { width, height } = element.getBoundingClientRect();
        return isSeen(element) && (Math.min(width, height) < TARGET_SIZE - 0.5) && !widened(element);
    }

    /** A target may reach beyond its box by a pseudo-element. */
    function widened(element) {
        const { content, inlineSize, blockSize, position } = getComputedStyle(element, "::before");
        const reach = [inlineSize, blockSize].map(Number.parseFloat);
        return content !== "none" && position === "absolute" && Math.min(...reach) >= TARGET_SIZE;
    }

    function overlap(one, other) {
        const across = Math.min(one.right, other.right) - Math.max(one.left, other.left);
        const down = Math.min(one.bottom, other.bottom) - Math.max(one.top, other.top);
        return across > SLACK && down > 2 * SLACK;
    }

    const size = (element) => {
        const { width, height } = element.getBoundingClientRect();
        return `${Math.round(width)} by ${Math.round(height)}`;
    };

    const tell = (element) => `${element.localName}.${element.className || element.id}`;

    /** Everything axe-core finds, its best practices and WCAG 2.2 included. */
    async function barriers(container) {
        // It reads -webkit-text-fill-color, which Chromium tells as if no colour were forced.
        const chooses = !matchMedia("(forced-colors: active)").matches;
        const rules = { "target-size": { enabled: true }, "color-contrast": { enabled: chooses } };
        const { violations } = await axe.run(container, { rules, resultTypes: ["violations"] });
        return violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.failureSummary} ${node.html}`));
    }

    return { settle, lines, part, description, announced, misfits, barriers };
})();
