/** SVG shapes of home, beauty and toy products, on a 400 × 400 canvas; the products stand at y = 320. */

/** @type {Record<string, (ink: import("./pictures.js").Ink) => string>} */
export const LIVING = {
  lamp: ({ main, dark, light }) =>
    `<path d="M112 206L56 318h170L176 196z" fill="#fff3cf" opacity=".7"/><ellipse cx="262" cy="310" rx="62" ry="13" fill="${dark}"/>` +
    `<path d="M262 306l-36-120 34-84" fill="none" stroke="${dark}" stroke-width="10" stroke-linejoin="round"/>` +
    `<circle cx="226" cy="186" r="10" fill="${main}"/><circle cx="260" cy="104" r="9" fill="${main}"/>` +
    `<path d="M262 96l-78 8c-50 6-78 54-82 104l86-10c40-6 74-50 74-102z" fill="${main}"/>` +
    '<path d="M102 208l86-10c-4 22-80 30-86 10z" fill="#fff4d2"/>' +
    `<path d="M184 104c-36 6-60 40-66 76" stroke="${light}" stroke-width="8" fill="none" stroke-linecap="round"/>`,
  mug: ({ main, dark, light, accent }) =>
    `<path d="M256 176h30c40 0 40 92-4 92h-34" fill="none" stroke="${dark}" stroke-width="20"/>` +
    `<path d="M102 146h168l-12 152a24 24 0 0 1-24 22h-96a24 24 0 0 1-24-22z" fill="${main}"/>` +
    `<ellipse cx="186" cy="146" rx="84" ry="20" fill="${dark}"/><ellipse cx="186" cy="149" rx="72" ry="14" fill="#5b3a25"/>` +
    `<path d="M108 216h156l-4 46H112z" fill="${accent}"/><path d="M108 216h156v8H109z" fill="${light}"/>` +
    '<path d="M102 146h168l-12 152a24 24 0 0 1-24 22h-96a24 24 0 0 1-24-22z" fill="url(#g)"/>' +
    '<path d="M166 116c-14-18 14-28 0-50M204 116c-14-18 14-28 0-50" stroke="#fff" stroke-width="7" fill="none" stroke-linecap="round" ' +
    'opacity=".8"/>',
  pan: ({ main, dark, light, accent }) =>
    '<path d="M276 258l92-40a10 10 0 0 1 8 20l-96 44z" fill="#2a2a2c"/>' +
    `<path d="M46 240h244c0 52-26 80-60 80H106c-34 0-60-28-60-80z" fill="${main}"/>` +
    `<ellipse cx="168" cy="240" rx="122" ry="30" fill="${dark}"/><ellipse cx="168" cy="242" rx="104" ry="22" fill="#26272a"/>` +
    `<ellipse cx="152" cy="240" rx="48" ry="13" fill="#fdf8ee"/><ellipse cx="158" cy="238" rx="17" ry="7" fill="${accent}"/>` +
    `<path d="M60 272c14 26 26 36 48 38" stroke="${light}" stroke-width="7" fill="none" stroke-linecap="round"/>`,
  kettle: ({ main, dark, light, accent }) =>
    `<path d="M264 230c50 0 50-90 84-96" fill="none" stroke="${dark}" stroke-width="14" stroke-linecap="round"/>` +
    '<path d="M106 164c-70-10-70 110 8 116" fill="none" stroke="#2c2a28" stroke-width="15" stroke-linecap="round"/>' +
    `<path d="M128 138h120l36 160a20 20 0 0 1-20 22H112a20 20 0 0 1-20-22z" fill="${main}"/>` +
    `<path d="M128 138h120l4 18H124z" fill="${dark}"/><ellipse cx="188" cy="134" rx="60" ry="13" fill="${light}"/>` +
    `<circle cx="188" cy="112" r="13" fill="${accent}"/>` +
    '<path d="M128 138h120l36 160a20 20 0 0 1-20 22H112a20 20 0 0 1-20-22z" fill="url(#g)"/>',
  vase: ({ main, dark, light, accent }) =>
    '<g stroke="#5f7d5a" stroke-width="5" fill="none">' +
    `<path d="M196 180c-6-50-40-60-48-104M202 180c4-60 10-80 6-122M208 180c10-50 40-50 56-92"/></g><g fill="${accent}">` +
    '<circle cx="146" cy="76" r="22"/><circle cx="208" cy="58" r="25"/><circle cx="266" cy="88" r="21"/></g><g fill="#fff6e6">' +
    '<circle cx="146" cy="76" r="8"/><circle cx="208" cy="58" r="9"/><circle cx="266" cy="88" r="8"/></g>' +
    '<path d="M172 150c-16-14-34-14-44-6 10 14 30 18 44 6zM232 152c14-16 34-16 44-8-10 14-30 20-44 8z" fill="#7f9c73"/>' +
    `<path d="M168 170h66c0 30 52 44 52 94 0 34-22 56-46 56h-78c-24 0-46-22-46-56 0-50 52-64 52-94z" fill="${main}"/>` +
    `<path d="M162 164h78v14h-78z" fill="${dark}"/><path d="M118 250c50 14 116 14 166 0l2 22c-56 14-114 14-170 0z" fill="${light}"/>` +
    '<path d="M168 170h66c0 30 52 44 52 94 0 34-22 56-46 56h-78c-24 0-46-22-46-56 0-50 52-64 52-94z" fill="url(#g)"/>',
  armchair: ({ main, dark, light, accent }) =>
    '<path d="M104 290l-10 30h14l12-30zM296 290l10 30h-14l-12-30z" fill="#8a5f3a"/>' +
    `<path d="M98 210c-6-84 26-122 102-122s108 38 102 122z" fill="${main}"/>` +
    `<rect x="62" y="184" width="62" height="114" rx="28" fill="${dark}"/>` +
    `<rect x="276" y="184" width="62" height="114" rx="28" fill="${dark}"/>` +
    `<rect x="108" y="222" width="184" height="78" rx="22" fill="${light}"/>` +
    `<path d="M108 262h184v16a22 22 0 0 1-22 22H130a22 22 0 0 1-22-22z" fill="${main}"/>` +
    `<rect x="206" y="166" width="72" height="66" rx="12" fill="${accent}" transform="rotate(9 242 199)"/>`,
  cushion: ({ main, dark, light, accent }) =>
    `<path d="M88 118c70 16 154 16 224 0-16 66-16 132 0 198-70-16-154-16-224 0 16-66 16-132 0-198z" fill="${main}"/>` +
    `<path d="M88 118c70 16 154 16 224 0-16 66-16 132 0 198-70-16-154-16-224 0 16-66 16-132 0-198z" fill="none" stroke="${dark}" ` +
    'stroke-width="5" stroke-dasharray="9 6"/>' +
    `<path d="M152 128c-8 60-8 118 0 176M248 128c8 60 8 118 0 176" stroke="${light}" stroke-width="9" fill="none"/>` +
    `<path d="M176 130c-5 60-5 114 0 172M224 130c5 60 5 114 0 172" stroke="${accent}" stroke-width="5" fill="none"/>`,
  candle: ({ main, dark, light, accent }) =>
    `<ellipse cx="200" cy="112" rx="54" ry="54" fill="${accent}" opacity=".28"/>` +
    '<path d="M200 80c20 26 20 48 0 56-20-8-20-30 0-56z" fill="#f6b547"/>' +
    '<path d="M200 104c9 13 9 26 0 30-9-4-9-17 0-30z" fill="#fff3cf"/><path d="M200 130v30" stroke="#3a332b" stroke-width="4"/>' +
    `<rect x="126" y="154" width="148" height="166" rx="18" fill="${main}"/><ellipse cx="200" cy="160" rx="74" ry="18" fill="${light}"/>` +
    '<rect x="152" y="212" width="96" height="66" rx="4" fill="#fffaf1"/>' +
    `<path d="M170 234h60M178 250h44" stroke="${dark}" stroke-width="5"/>` +
    '<rect x="126" y="154" width="148" height="166" rx="18" fill="url(#g)"/>',
  blanket: ({ main, dark, light, accent }) =>
    `<path d="M74 252h252a34 34 0 0 1 0 68H74a34 34 0 0 1 0-68z" fill="${dark}"/>` +
    `<path d="M80 190h240a34 34 0 0 1 0 68H80a34 34 0 0 1 0-68z" fill="${main}"/>` +
    `<path d="M86 128h228a34 34 0 0 1 0 68H86a34 34 0 0 1 0-68z" fill="${light}"/>` +
    `<path d="M150 128h30v192h-30zM198 128h12v192h-12z" fill="${accent}" opacity=".8"/><g stroke="${dark}" stroke-width="3">` +
    '<path d="M316 208h24M316 222h28M316 236h26M310 146h24M310 160h28M310 174h24"/></g>',
  jar: ({ main, dark, light, accent }) =>
    `<rect x="98" y="188" width="204" height="132" rx="26" fill="${light}"/>` +
    '<rect x="98" y="188" width="204" height="132" rx="26" fill="url(#g)"/>' +
    `<rect x="90" y="132" width="220" height="66" rx="14" fill="${main}"/>` +
    `<path d="M90 168h220v16a14 14 0 0 1-14 14H104a14 14 0 0 1-14-14z" fill="${dark}" opacity=".5"/>` +
    `<rect x="142" y="222" width="116" height="64" rx="4" fill="#fffaf3"/><circle cx="200" cy="242" r="9" fill="${accent}"/>` +
    `<path d="M168 266h64" stroke="${dark}" stroke-width="4"/>`,
  serum: ({ main, dark, light, accent }) =>
    '<path d="M178 60c0-22 44-22 44 0v48h-44z" fill="#2c2a2a"/><rect x="168" y="100" width="64" height="42" rx="6" fill="#d8b26a"/>' +
    `<path d="M160 142h80c4 26 38 24 38 60v98a20 20 0 0 1-20 20H142a20 20 0 0 1-20-20v-98c0-36 34-34 38-60z" fill="${main}"/>` +
    '<path d="M160 142h80c4 26 38 24 38 60v98a20 20 0 0 1-20 20H142a20 20 0 0 1-20-20v-98c0-36 34-34 38-60z" fill="url(#g)"/>' +
    '<rect x="146" y="212" width="108" height="80" rx="3" fill="#fffaf3"/>' +
    `<path d="M200 224c12 16 12 26 0 30-12-4-12-14 0-30z" fill="${accent}"/><path d="M168 270h64" stroke="${dark}" stroke-width="4"/>` +
    `<path d="M138 204v84" stroke="${light}" stroke-width="6" stroke-linecap="round"/>`,
  lipstick: ({ main, dark, light, accent }) =>
    `<path d="M170 150V92c14-20 40-34 60-34v92z" fill="${main}"/><path d="M170 92c14-20 40-34 60-34-6 22-30 40-60 48z" fill="${light}"/>` +
    '<rect x="162" y="146" width="76" height="52" fill="#d8b26a"/><rect x="162" y="146" width="76" height="52" fill="url(#g)"/>' +
    `<rect x="146" y="194" width="108" height="126" rx="8" fill="${dark}"/>` +
    '<rect x="146" y="194" width="108" height="126" rx="8" fill="url(#g)"/>' +
    `<rect x="146" y="214" width="108" height="7" fill="${accent}"/><g transform="rotate(90 316 290)">` +
    `<rect x="288" y="246" width="56" height="92" rx="8" fill="${dark}"/></g>`,
  perfume: ({ main, dark, light, accent }) =>
    '<rect x="166" y="62" width="68" height="62" rx="8" fill="#3a3431"/><rect x="180" y="120" width="40" height="28" fill="#d8b26a"/>' +
    '<rect x="104" y="146" width="192" height="174" rx="22" fill="#fff" opacity=".75"/>' +
    `<rect x="118" y="176" width="164" height="132" rx="14" fill="${main}" opacity=".85"/>` +
    `<path d="M118 214c50-20 110 16 164-6v86a14 14 0 0 1-14 14H132a14 14 0 0 1-14-14z" fill="${dark}" opacity=".4"/>` +
    `<rect x="150" y="212" width="100" height="60" fill="#fffaf3"/><path d="M168 234h64M176 250h48" stroke="${dark}" stroke-width="4"/>` +
    `<rect x="104" y="146" width="192" height="174" rx="22" fill="url(#g)"/><circle cx="132" cy="168" r="5" fill="${accent}"/>` +
    `<path d="M116 170v120" stroke="${light}" stroke-width="4"/>`,
  hairdryer: ({ main, dark, light, accent }) =>
    `<path d="M212 200l34 108a12 12 0 0 1-12 12h-38a12 12 0 0 1-12-10l-18-100z" fill="${dark}"/>` +
    '<path d="M236 316c20 30 90 10 110-30" stroke="#2b2b2d" stroke-width="8" fill="none" stroke-linecap="round"/>' +
    `<path d="M86 112l150-18c62-6 100 24 100 64s-38 66-100 60L86 202z" fill="${main}"/>` +
    `<path d="M66 106h28v104H66a8 8 0 0 1-8-8v-88a8 8 0 0 1 8-8z" fill="#2b2b2d"/><circle cx="270" cy="156" r="40" fill="${dark}"/>` +
    `<circle cx="270" cy="156" r="24" fill="${light}"/><rect x="200" y="248" width="14" height="34" rx="6" fill="${accent}"/>` +
    `<path d="M110 126l110-14" stroke="${light}" stroke-width="9" stroke-linecap="round"/>`,
  toothbrush: ({ main, dark, light, accent }) =>
    '<g transform="rotate(10 200 200)"><rect x="186" y="56" width="12" height="110" rx="6" fill="#eceae5"/>' +
    '<rect x="176" y="50" width="34" height="46" rx="9" fill="#f7f5f0"/>' +
    `<path d="M176 56h-18v8h18zM176 68h-18v8h18zM176 80h-18v8h18z" fill="${accent}"/>` +
    `<path d="M172 160h44l10 40v104a18 18 0 0 1-18 18h-28a18 18 0 0 1-18-18V200z" fill="${main}"/>` +
    '<path d="M172 160h44l10 40v104a18 18 0 0 1-18 18h-28a18 18 0 0 1-18-18V200z" fill="url(#g)"/>' +
    `<circle cx="194" cy="216" r="13" fill="${dark}"/><circle cx="194" cy="216" r="5" fill="${light}"/></g>` +
    `<rect x="236" y="262" width="84" height="58" rx="14" fill="${dark}"/>` +
    `<rect x="236" y="262" width="84" height="16" rx="8" fill="${light}"/>`,
  tube: ({ main, dark, light, accent }) =>
    `<path d="M136 66h128l-14 206h-100z" fill="${main}"/><path d="M132 56h136v20H132z" fill="${dark}"/>` +
    '<path d="M136 66h128l-14 206h-100z" fill="url(#g)"/><rect x="150" y="270" width="100" height="50" rx="9" fill="#fbf7ef"/>' +
    '<path d="M164 278v34M182 278v34M200 278v34M218 278v34M236 278v34" stroke="#d9d2c4" stroke-width="3"/>' +
    `<circle cx="200" cy="146" r="34" fill="${accent}"/>` +
    `<path d="M200 96v-10M200 206v-10M150 146h-8M258 146h-8" stroke="${light}" stroke-width="5" stroke-linecap="round"/>` +
    '<path d="M170 218h60M178 234h44" stroke="#fffaf0" stroke-width="5" stroke-linecap="round"/>',
  blocks: ({ main, dark, light, accent }) =>
    `<rect x="68" y="216" width="104" height="104" rx="10" fill="${main}"/>` +
    `<rect x="180" y="216" width="104" height="104" rx="10" fill="${accent}"/>` +
    '<rect x="122" y="108" width="104" height="104" rx="10" fill="#c8704f"/><path d="M292 320v-70c0-36 60-36 60 0v70z" fill="#3f6f9b"/>' +
    `<path d="M310 320v-46c0-16 24-16 24 0v46z" fill="#f3ede3"/><circle cx="120" cy="268" r="26" fill="${light}"/>` +
    '<path d="M232 240l30 54h-60z" fill="#fffaf0"/><path d="M156 142h36v36h-36z" fill="#fffaf0"/>' +
    `<path d="M174 56l56 48H118z" fill="${dark}"/>`,
  teddy: ({ accent }) =>
    '<g fill="#b98558"><circle cx="140" cy="92" r="30"/><circle cx="260" cy="92" r="30"/><ellipse cx="200" cy="244" rx="84" ry="80"/>' +
    '<circle cx="200" cy="138" r="76"/><ellipse cx="112" cy="232" rx="30" ry="48" transform="rotate(24 112 232)"/>' +
    '<ellipse cx="288" cy="232" rx="30" ry="48" transform="rotate(-24 288 232)"/><circle cx="134" cy="296" r="36"/>' +
    '<circle cx="266" cy="296" r="36"/></g><g fill="#e7c9a4"><circle cx="140" cy="92" r="15"/><circle cx="260" cy="92" r="15"/>' +
    '<ellipse cx="200" cy="164" rx="38" ry="30"/><ellipse cx="200" cy="258" rx="48" ry="46"/><circle cx="134" cy="300" r="18"/>' +
    '<circle cx="266" cy="300" r="18"/></g><g fill="#33271e"><circle cx="170" cy="126" r="8"/><circle cx="230" cy="126" r="8"/>' +
    '<ellipse cx="200" cy="150" rx="13" ry="9"/></g>' +
    '<path d="M200 158v12M186 176c8 8 20 8 28 0" stroke="#33271e" stroke-width="4" fill="none" stroke-linecap="round"/>' +
    `<path d="M200 214l-38-18v36zM200 214l38-18v36z" fill="${accent}"/><circle cx="200" cy="214" r="9" fill="${accent}"/>`,
  train: ({ main, dark, light, accent }) =>
    '<rect x="40" y="306" width="320" height="10" rx="5" fill="#8a6a48"/>' +
    `<rect x="62" y="150" width="100" height="130" rx="10" fill="${main}"/>` +
    `<rect x="50" y="134" width="124" height="22" rx="9" fill="${dark}"/>` +
    '<rect x="82" y="176" width="60" height="46" rx="7" fill="#fdf6e6"/>' +
    `<rect x="156" y="204" width="158" height="76" rx="20" fill="${accent}"/>` +
    `<rect x="250" y="150" width="34" height="58" rx="6" fill="${dark}"/>` +
    `<rect x="242" y="142" width="50" height="16" rx="6" fill="${light}"/><path d="M304 280h30l20 26H296z" fill="${dark}"/>` +
    '<g fill="#3b2f26"><circle cx="104" cy="284" r="32"/><circle cx="202" cy="288" r="26"/><circle cx="270" cy="288" r="26"/></g>' +
    `<g fill="${light}"><circle cx="104" cy="284" r="13"/><circle cx="202" cy="288" r="10"/><circle cx="270" cy="288" r="10"/></g>` +
    '<g fill="#fff" opacity=".8"><circle cx="284" cy="112" r="17"/><circle cx="312" cy="88" r="13"/><circle cx="334" cy="68" r="9"/></g>',
  puzzle: ({ main, dark, light, accent }) =>
    '<g transform="rotate(-6 200 200)">' +
    `<path d="M92 96h92c-16-40 48-40 32 0h92v92c40-16 40 48 0 32v90h-92c16-40-48-40-32 0H92v-90c-40 16-40-48 0-32z" fill="${main}"/>` +
    '<path d="M200 96v40c30-12 30 48 0 34v30h-30c14 30-48 30-34 0H92M200 200h40c-12-30 48-30 34 0h34M200 200v40c-30-12-30 48 0 34v36" ' +
    'fill="none" stroke="#fffaf0" stroke-width="5"/>' +
    `<path d="M216 96h92v92l-20 8c-4-20-36-14-30 4h-58v-30c20 10 22-34 0-30z" fill="${accent}" opacity=".85"/>` +
    `<path d="M92 220v90h92l8-12c-14-20-10-34 8-28v-70h-40c6 20-34 20-28 0H92z" fill="${light}" opacity=".8"/></g>` +
    `<path d="M300 300h40v20h-40z" fill="${dark}" opacity="0"/>`,
  car: ({ main, dark, light, accent }) =>
    '<path d="M42 246c6-32 40-40 76-44 26-42 48-56 104-56 44 0 66 24 92 58 34 4 50 24 48 60-2 14-10 20-24 20H66c-18 0-28-14-24-38z" ' +
    `fill="${main}"/><path d="M138 202c18-28 34-36 62-36v36zM214 166c34 0 48 14 68 36h-68z" fill="#fdf8ea"/>` +
    `<path d="M42 246c60 10 240 14 320 8v12c0 14-10 18-24 18H66c-18 0-26-14-24-38z" fill="${dark}" opacity=".6"/><g fill="#26272b">` +
    `<circle cx="116" cy="278" r="42"/><circle cx="288" cy="278" r="42"/></g><g fill="${accent}"><circle cx="116" cy="278" r="20"/>` +
    '<circle cx="288" cy="278" r="20"/></g><g fill="#26272b"><circle cx="116" cy="278" r="7"/><circle cx="288" cy="278" r="7"/></g>' +
    `<path d="M60 212l-26-36h44" fill="none" stroke="${dark}" stroke-width="10" stroke-linejoin="round"/>` +
    '<path d="M326 222l26 12h-30z" fill="#fff3cf"/><path d="M290 180l16-84" stroke="#26272b" stroke-width="4"/>' +
    `<circle cx="307" cy="92" r="7" fill="${accent}"/><path d="M150 226h60" stroke="${light}" stroke-width="8" stroke-linecap="round"/>`,
  robot: ({ main, dark, light, accent }) =>
    `<path d="M200 84V54" stroke="${dark}" stroke-width="7"/><circle cx="200" cy="50" r="12" fill="${accent}"/>` +
    `<rect x="126" y="80" width="148" height="104" rx="30" fill="${main}"/>` +
    `<rect x="144" y="104" width="112" height="56" rx="26" fill="#22262c"/><circle cx="176" cy="132" r="12" fill="${accent}"/>` +
    `<circle cx="224" cy="132" r="12" fill="${accent}"/><rect x="138" y="192" width="124" height="90" rx="22" fill="${light}"/>` +
    `<rect x="164" y="212" width="72" height="40" rx="9" fill="${dark}"/>` +
    `<path d="M174 232h12l6-12 10 24 8-18 6 6h12" fill="none" stroke="${accent}" stroke-width="4"/>` +
    `<rect x="92" y="196" width="36" height="76" rx="18" fill="${dark}"/>` +
    `<rect x="272" y="196" width="36" height="76" rx="18" fill="${dark}"/>` +
    `<rect x="148" y="278" width="40" height="42" rx="12" fill="${dark}"/>` +
    `<rect x="212" y="278" width="40" height="42" rx="12" fill="${dark}"/>` +
    '<rect x="126" y="80" width="148" height="104" rx="30" fill="url(#g)"/>',
  parcel: ({ main, dark, light, accent }) =>
    `<path d="M90 160l110-44 110 44v112l-110 48-110-48z" fill="${main}"/><path d="M90 160l110 44 110-44-110-44z" fill="${light}"/>` +
    `<path d="M200 204l110-44v112l-110 48z" fill="${dark}" opacity=".6"/>` +
    `<path d="M140 140l110 44v36l-16 6v-36l-110-44z" fill="${accent}"/>`,
};
