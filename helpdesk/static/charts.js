/* Draws every [data-chart] with ECharts: the numbers, their words and addresses come with the page (helpdesk/office/charts.py).
   Without this file, or without a canvas, the table behind each chart stands in its place. Nothing here writes styles into
   the page, and tooltips are drawn on the canvas: the content policy allows no inline styles. */
(function () {
  "use strict";
  /* After Okabe and Ito, darkened to 3 : 1 and more on white; patterns tell them apart without any colour. */
  const COLOURS = { blue: "#1257a6", orange: "#c05a00", green: "#00785a", purple: "#8f4a7d", sky: "#3b86bd", grey: "#6e7781", red: "#b3261e", yellow: "#8a6d00" };
  const INK = "#1f2328", QUIET = "#57606a", LINE = "#d8dee4";
  const PATTERNS = [
    { symbol: "none" },
    { color: "rgba(255,255,255,.55)", dashArrayX: [1, 0], dashArrayY: [2, 5], rotation: -Math.PI / 4 },
    { color: "rgba(255,255,255,.6)", symbol: "circle", symbolSize: 0.6, dashArrayX: [[6, 6], [0, 6, 6, 0]], dashArrayY: [6, 0] },
    { color: "rgba(255,255,255,.55)", dashArrayX: [1, 0], dashArrayY: [3, 4], rotation: Math.PI / 4 },
    { color: "rgba(255,255,255,.5)", dashArrayX: [[1, 0], [1, 0]], dashArrayY: [2, 4], rotation: 0 },
  ];
  const SYMBOLS = ["circle", "rect", "triangle", "diamond", "pin"];
  const DASHES = ["solid", "dashed", "dotted", "solid", "dashed"];
  const drawn = [];
  if (window.echarts) document.documentElement.classList.add("draws");

  function draw(place) {
    if (!window.echarts || place.chart || !place.clientWidth) return;
    let data;
    try { data = JSON.parse(place.getAttribute("data-chart")); } catch (error) { return; }
    const figure = place.closest(".chart");
    figure.classList.add("is-drawn");
    place.chart = window.echarts.init(place, null, { renderer: "canvas" });
    place.chart.setOption(option(data, place));
    if (!place.hasAttribute("data-still")) {
      place.chart.on("click", function (event) {
        const url = data.series[event.seriesIndex].urls[event.dataIndex];
        if (url) location.href = url;
      });
    }
    drawn.push(place);
  }

  function option(data, place) {
    const size = parseFloat(getComputedStyle(place).fontSize) || 14;
    const words = { fontSize: size, color: INK, fontFamily: getComputedStyle(document.body).fontFamily };
    const lines = data.shape === "lines";
    const categories = {
      type: "category", data: data.categories, inverse: !lines, boundaryGap: !lines,
      axisLabel: Object.assign({}, words, lines ? { hideOverlap: true } : { interval: 0 }),
      axisLine: { lineStyle: { color: "#8c959f" } }, axisTick: { show: false },
    };
    const values = {
      type: "value", minInterval: data.unit === "%" ? 0 : 1, max: data.unit === "%" ? 100 : null,
      axisLabel: Object.assign({}, words, { color: QUIET, hideOverlap: true, formatter: data.unit === "%" ? "{value}%" : "{value}" }),
      splitLine: { lineStyle: { color: LINE } },
    };
    return {
      animation: false,
      textStyle: words,
      aria: { enabled: true, label: { enabled: false }, decal: { show: data.series.length > 1 && !lines, decals: PATTERNS } },
      grid: { left: lines ? size * 1.6 : 4, right: lines ? Math.max(size * 1.6, half(data.categories[data.categories.length - 1], size)) : nested(data) ? size * 9 : size * 2.8, top: data.series.length > 1 ? size * 2.6 : size * 0.8, bottom: 2, containLabel: true },
      legend: data.series.length > 1 ? { top: 0, left: 0, itemGap: size * 1.4, textStyle: words, selectedMode: false } : undefined,
      tooltip: {
        show: !place.hasAttribute("data-still"), trigger: "axis", renderMode: "richText", confine: true,
        axisPointer: { type: lines ? "line" : "shadow" }, textStyle: { fontSize: 14, color: INK },
        formatter: function (items) { return tip(data, items[0].dataIndex); },
      },
      xAxis: lines ? categories : values,
      yAxis: lines ? values : categories,
      series: data.series.map(function (each, index) { return series(data, each, index, words); }),
    };
  }

  /* Half the width of a label, which stands out over the end of its axis: letters and digits take little more than half a square. */
  function half(label, size) {
    return Array.from(String(label || "")).reduce(function (sum, each) { return sum + (each < "\u2e80" ? 0.62 : 1); }, 0.5) * size / 2;
  }

  function series(data, each, index, words) {
    const colour = COLOURS[each.colour] || COLOURS.blue, lines = data.shape === "lines", stacked = data.shape === "stack";
    const found = { name: each.label, data: each.values, itemStyle: { color: colour }, emphasis: { disabled: true } };
    if (lines) {
      return Object.assign(found, {
        type: "line", symbol: SYMBOLS[index % SYMBOLS.length], symbolSize: 9, connectNulls: false,
        lineStyle: { width: 3, color: colour, type: DASHES[index % DASHES.length] },
      });
    }
    const label = { show: true, fontSize: words.fontSize, color: stacked ? "#fff" : INK, position: stacked ? "inside" : "right" };
    if (stacked) Object.assign(label, { textBorderColor: colour, textBorderWidth: 3 });
    label.formatter = function (item) { return item.value ? said(data, each, index, item) : ""; };
    return Object.assign(found, {
      type: "bar", stack: stacked ? "all" : undefined, barGap: "-100%", barMaxWidth: words.fontSize * 1.7, label: label, labelLayout: { hideOverlap: !nested(data) },
    });
  }

  /* Of nested bars the first says both numbers: its own, and the part that is drawn over it. */
  function nested(data) { return data.shape === "nested"; }
  function said(data, each, index, item) {
    if (data.shape === "stack") return String(item.value);
    if (!nested(data)) return each.words[item.dataIndex];
    if (index > 0) return "";
    const part = data.series[1];
    return each.words[item.dataIndex] + (part.values[item.dataIndex] ? "（" + part.label + " " + part.words[item.dataIndex] + "）" : "");
  }

  function tip(data, place) {
    const lines = data.series.map(function (each) { return each.label + "：" + each.words[place]; });
    return [data.categories[place]].concat(lines).join("\n");
  }

  /* The table behind a chart: out of sight until somebody asks for it, or walks into it with the keyboard. */
  document.addEventListener("click", function (event) {
    const button = event.target.closest("[data-chart-table]");
    if (!button) return;
    const open = button.closest(".chart").classList.toggle("is-tabled");
    button.setAttribute("aria-expanded", String(open));
    button.textContent = open ? "收起表格" : "看表格";
  });

  function drawAll(root) {
    Array.prototype.forEach.call(root.querySelectorAll("[data-chart]"), draw);
  }
  function forget() {
    for (let place = drawn.pop(); place; place = drawn.pop()) place.chart.dispose();
  }
  let later = null;
  window.addEventListener("resize", function () {
    clearTimeout(later);
    later = setTimeout(function () {
      drawn.forEach(function (place) { place.chart.resize(); });
      drawAll(document);
    }, 120);
  });
  window.deskCharts = { drawAll: drawAll, forget: forget };
  document.addEventListener("DOMContentLoaded", function () { drawAll(document); });
})();
