/** SVG shapes of phones, audio devices and computers, on a 400 × 400 canvas; the products stand at y = 320. */

/** @typedef {import("./pictures.js").Ink} Ink */

/** @type {Record<string, (ink: Ink) => string>} */
export const TECH = {
  phone: ({ main, dark, light, accent }) =>
    `<g transform="rotate(8 200 200)"><rect x="186" y="70" width="120" height="244" rx="24" fill="${dark}"/><rect x="190" y="74" width="112" height="236" rx="21" fill="${main}"/>` +
    `<rect x="202" y="86" width="44" height="66" rx="14" fill="${dark}" opacity=".55"/><circle cx="224" cy="104" r="12" fill="#1a1d22"/>` +
    `<circle cx="224" cy="134" r="12" fill="#1a1d22"/><circle cx="221" cy="101" r="4" fill="${light}"/>` +
    `<circle cx="221" cy="131" r="4" fill="${light}"/><rect x="190" y="74" width="112" height="236" rx="21" fill="url(#g)"/></g>` +
    `<g transform="rotate(-6 170 200)"><rect x="98" y="72" width="124" height="250" rx="25" fill="#17191d"/><rect x="105" y="79" width="110" height="236" rx="19" fill="${light}"/>` +
    `<path d="M105 230c30-36 58-10 110-50v116a19 19 0 0 1-19 19h-72a19 19 0 0 1-19-19z" fill="${main}"/>` +
    `<path d="M105 268c38-30 62 4 110-30v58a19 19 0 0 1-19 19h-72a19 19 0 0 1-19-19z" fill="${accent}"/>` +
    '<rect x="142" y="87" width="36" height="10" rx="5" fill="#17191d"/>' +
    '<rect x="122" y="126" width="58" height="14" rx="3" fill="#fff" opacity=".9"/>' +
    '<rect x="122" y="148" width="34" height="7" rx="3" fill="#fff" opacity=".7"/></g>',
  phonecase: ({ main, dark, light, accent }) =>
    `<g transform="rotate(5 200 200)"><rect x="132" y="60" width="136" height="262" rx="32" fill="${dark}"/>` +
    `<rect x="138" y="66" width="124" height="250" rx="27" fill="${main}"/>` +
    `<rect x="150" y="80" width="54" height="76" rx="20" fill="${dark}"/>` +
    '<rect x="156" y="86" width="42" height="64" rx="15" fill="#eae4da"/>' +
    `<path d="M138 230l124-70v44l-124 70z" fill="${accent}" opacity=".85"/>` +
    `<path d="M138 288l124-70v22l-124 70z" fill="${light}" opacity=".8"/>` +
    '<rect x="138" y="66" width="124" height="250" rx="27" fill="url(#g)"/></g>',
  powerbank: ({ main, dark, light, accent }) =>
    `<g transform="rotate(-9 200 200)"><rect x="130" y="84" width="140" height="234" rx="26" fill="${dark}"/>` +
    `<rect x="130" y="84" width="128" height="234" rx="26" fill="${main}"/>` +
    '<rect x="130" y="84" width="128" height="234" rx="26" fill="url(#g)"/>' +
    `<rect x="160" y="92" width="30" height="9" rx="4.500" fill="${dark}"/>` +
    `<rect x="204" y="92" width="24" height="9" rx="3" fill="${dark}"/><circle cx="160" cy="284" r="5" fill="${accent}"/>` +
    `<circle cx="178" cy="284" r="5" fill="${accent}"/><circle cx="196" cy="284" r="5" fill="${accent}"/>` +
    `<circle cx="214" cy="284" r="5" fill="${light}" opacity=".6"/><path d="M200 160l-26 44h20l-6 36 28-48h-21z" fill="${light}"/></g>`,
  charger: ({ main, dark, light, accent }) =>
    `<path d="M236 250c60 10 92 30 70 52s-120 20-170 8" fill="none" stroke="${dark}" stroke-width="9" stroke-linecap="round"/>` +
    '<rect x="148" y="66" width="14" height="42" rx="4" fill="#b9bdc2"/>' +
    '<rect x="204" y="66" width="14" height="42" rx="4" fill="#b9bdc2"/>' +
    `<rect x="116" y="100" width="134" height="168" rx="26" fill="${dark}"/>` +
    `<rect x="116" y="100" width="122" height="168" rx="26" fill="${main}"/>` +
    '<rect x="116" y="100" width="122" height="168" rx="26" fill="url(#g)"/>' +
    '<rect x="158" y="228" width="40" height="14" rx="7" fill="#22252b"/>' +
    `<rect x="164" y="233" width="28" height="4" rx="2" fill="${accent}"/><path d="M182 134l-22 40h18l-6 30 26-44h-19z" fill="${light}"/>`,
  cable: ({ main, dark, accent }) =>
    '<g fill="none" stroke-linecap="round">' +
    `<path d="M96 250c-20-110 60-160 120-150s110 70 70 130-130 60-140 10 60-70 84-34" stroke="${dark}" stroke-width="15"/>` +
    `<path d="M96 250c-20-110 60-160 120-150s110 70 70 130-130 60-140 10 60-70 84-34" stroke="${main}" stroke-width="10" ` +
    'stroke-dasharray="7 4"/></g>' +
    `<rect x="82" y="246" width="32" height="46" rx="7" fill="${dark}"/>` +
    '<rect x="88" y="290" width="20" height="22" rx="5" fill="#c4c8cd"/><g transform="rotate(28 232 208)">' +
    `<rect x="216" y="204" width="32" height="46" rx="7" fill="${dark}"/>` +
    '<rect x="222" y="248" width="20" height="22" rx="5" fill="#c4c8cd"/></g>' +
    `<rect x="88" y="256" width="20" height="5" fill="${accent}"/>`,
  headphones: ({ main, dark, light, accent }) =>
    `<path d="M104 226c-8-108 40-152 96-152s104 44 96 152" fill="none" stroke="${dark}" stroke-width="26" stroke-linecap="round"/>` +
    `<path d="M112 190c2-72 40-104 88-104s86 32 88 104" fill="none" stroke="${main}" stroke-width="12"/>` +
    `<rect x="78" y="200" width="60" height="112" rx="29" fill="${dark}"/>` +
    `<rect x="262" y="200" width="60" height="112" rx="29" fill="${dark}"/>` +
    `<rect x="70" y="206" width="44" height="100" rx="22" fill="${main}"/>` +
    `<rect x="286" y="206" width="44" height="100" rx="22" fill="${main}"/>` +
    '<rect x="70" y="206" width="44" height="100" rx="22" fill="url(#g)"/>' +
    `<rect x="286" y="206" width="44" height="100" rx="22" fill="url(#g)"/><circle cx="92" cy="256" r="9" fill="${accent}"/>` +
    `<circle cx="308" cy="256" r="9" fill="${light}"/>`,
  earbuds: ({ main, dark, light, accent }) =>
    `<rect x="104" y="196" width="192" height="124" rx="52" fill="${dark}"/>` +
    `<rect x="104" y="196" width="192" height="112" rx="50" fill="${main}"/>` +
    `<rect x="104" y="196" width="192" height="112" rx="50" fill="url(#g)"/><path d="M108 238h184" stroke="${dark}" stroke-width="3"/>` +
    `<circle cx="200" cy="262" r="5" fill="${accent}"/>` +
    `<g fill="${light}"><path d="M132 92c26-10 46 4 44 28-1 16-12 24-20 26l-4 40h-18l2-44c-18-8-22-42-4-50z"/>` +
    '<path d="M268 92c-26-10-46 4-44 28 1 16 12 24 20 26l4 40h18l-2-44c18-8 22-42 4-50z"/></g>' +
    '<ellipse cx="170" cy="116" rx="9" ry="14" fill="#2b2f36"/><ellipse cx="230" cy="116" rx="9" ry="14" fill="#2b2f36"/>',
  speaker: ({ main, dark, light, accent }) =>
    `<rect x="116" y="92" width="168" height="230" rx="70" fill="${dark}"/>` +
    `<rect x="116" y="86" width="160" height="230" rx="70" fill="${main}"/>` +
    `<g stroke="${dark}" stroke-width="3" stroke-dasharray="2 7" stroke-linecap="round">` +
    '<path d="M134 140h124M128 156h136M128 172h136M128 188h136M128 204h136M128 220h136M128 236h136M128 252h136M134 268h124"/></g>' +
    `<circle cx="196" cy="204" r="34" fill="${dark}"/><circle cx="196" cy="204" r="22" fill="${accent}"/>` +
    `<path d="M150 82c0-40 92-40 92 0" fill="none" stroke="${light}" stroke-width="11" stroke-linecap="round"/>` +
    '<rect x="116" y="86" width="160" height="230" rx="70" fill="url(#g)"/>',
  soundbar: ({ main, dark, light, accent }) =>
    `<rect x="52" y="262" width="296" height="56" rx="24" fill="${dark}"/>` +
    `<rect x="52" y="256" width="296" height="54" rx="24" fill="${main}"/>` +
    `<path d="M84 272h190M84 283h190M84 294h190" stroke="${dark}" stroke-width="4" stroke-dasharray="3 6"/>` +
    `<circle cx="312" cy="283" r="9" fill="${accent}"/>` +
    `<rect x="246" y="118" width="90" height="132" rx="14" fill="${dark}"/><circle cx="291" cy="208" r="26" fill="${main}"/>` +
    `<circle cx="291" cy="208" r="12" fill="${light}"/><circle cx="291" cy="152" r="13" fill="${main}"/>` +
    '<rect x="52" y="256" width="296" height="54" rx="24" fill="url(#g)"/>',
  turntable: ({ main, dark, light, accent }) =>
    `<path d="M62 236l40-110h196l40 110z" fill="${light}"/>` +
    `<path d="M62 236h276v66a16 16 0 0 1-16 16H78a16 16 0 0 1-16-16z" fill="${main}"/>` +
    '<ellipse cx="186" cy="182" rx="92" ry="44" fill="#1d1f23"/>' +
    '<ellipse cx="186" cy="182" rx="66" ry="31" fill="none" stroke="#3a3e45" stroke-width="2"/>' +
    '<ellipse cx="186" cy="182" rx="46" ry="21" fill="none" stroke="#3a3e45" stroke-width="2"/>' +
    `<ellipse cx="186" cy="182" rx="30" ry="14" fill="${accent}"/><circle cx="186" cy="182" r="3" fill="#222"/>` +
    '<path d="M300 146l-26 44-30 10" fill="none" stroke="#c6cacf" stroke-width="7" stroke-linecap="round"/>' +
    `<circle cx="300" cy="144" r="13" fill="${dark}"/><circle cx="98" cy="272" r="12" fill="${dark}"/>` +
    `<circle cx="132" cy="272" r="8" fill="${dark}"/><path d="M62 236h276v10H62z" fill="${dark}" opacity=".3"/>`,
  microphone: ({ main, dark, light, accent }) =>
    `<rect x="160" y="62" width="80" height="150" rx="40" fill="${main}"/>` +
    `<path d="M160 112h80M160 128h80M160 144h80" stroke="${dark}" stroke-width="4"/>` +
    `<path d="M136 150v16a64 64 0 0 0 128 0v-16M200 230v66" fill="none" stroke="${dark}" stroke-width="11"/>` +
    `<rect x="140" y="294" width="120" height="24" rx="12" fill="${dark}"/><circle cx="200" cy="180" r="6" fill="${accent}"/>` +
    `<rect x="160" y="62" width="80" height="150" rx="40" fill="url(#g)"/><path d="M176 80v30" stroke="${light}" stroke-width="5"/>`,
  laptop: ({ main, dark, light, accent }) =>
    '<rect x="84" y="96" width="232" height="164" rx="14" fill="#1c1f24"/>' +
    `<rect x="94" y="106" width="212" height="144" rx="6" fill="${light}"/>` +
    `<path d="M94 214c60-60 96 8 212-70v100a6 6 0 0 1-6 6H100a6 6 0 0 1-6-6z" fill="${main}"/>` +
    `<path d="M94 240c70-40 120 0 212-40v44a6 6 0 0 1-6 6H100a6 6 0 0 1-6-6z" fill="${accent}"/>` +
    '<rect x="112" y="124" width="70" height="13" rx="3" fill="#fff" opacity=".9"/>' +
    '<rect x="112" y="144" width="44" height="7" rx="3" fill="#fff" opacity=".7"/>' +
    '<path d="M56 260h288l22 44a10 10 0 0 1-9 14H43a10 10 0 0 1-9-14z" fill="#c9ccd1"/>' +
    `<path d="M84 270h232l8 18H76z" fill="${dark}" opacity=".7"/><path d="M158 294h84l6 14h-96z" fill="#aeb3ba"/>` +
    '<path d="M34 304h332v6a8 8 0 0 1-9 8H43a8 8 0 0 1-9-8z" fill="#9a9fa7"/>',
  tablet: ({ main, dark, light, accent }) =>
    '<g transform="rotate(-7 200 200)"><rect x="104" y="66" width="192" height="256" rx="20" fill="#1c1f24"/>' +
    `<rect x="114" y="76" width="172" height="236" rx="12" fill="${light}"/><circle cx="244" cy="130" r="24" fill="${accent}"/>` +
    `<path d="M114 250l58-84 44 58 26-28 44 60v44a12 12 0 0 1-12 12H126a12 12 0 0 1-12-12z" fill="${main}"/>` +
    `<path d="M114 284l40-40 60 52 72-40v44a12 12 0 0 1-12 12H126a12 12 0 0 1-12-12z" fill="${dark}"/></g>` +
    '<path d="M318 108l10 4-30 208-12-4z" fill="#f5f2ec" stroke="#c9c3b8"/>',
  keyboard: ({ main, dark, light, accent }) =>
    `<path d="M60 200h280l34 108a10 10 0 0 1-10 12H36a10 10 0 0 1-10-12z" fill="${dark}"/>` +
    `<path d="M60 196h280l32 102H28z" fill="${main}"/><g fill="${light}">` +
    '<path d="M76 208h24v16H73zM106 208h24v16h-26zM136 208h24v16h-24zM166 208h24v16h-24zM196 208h24v16h-24zM226 208h24v16h-24zM256 ' +
    '208h24v16h-23zM286 208h34l4 16h-36z"/>' +
    '<path d="M70 232h28v18H64zM106 232h26v18h-28zM140 232h26v18h-27zM174 232h26v18h-26zM208 232h26v18h-26zM242 232h26v18h-25zM276 ' +
    `232h52l4 18h-54z"/><path d="M62 258h46l-3 22H55zM274 258h60l6 22h-64z"/></g><path d="M116 258h150l1 22H113z" fill="${accent}"/>`,
  mouse: ({ main, dark, light, accent }) =>
    `<path d="M200 88c62 0 84 54 84 126 0 68-34 106-84 106s-84-38-84-106c0-72 22-126 84-126z" fill="${dark}"/>` +
    `<path d="M196 84c60 0 82 54 82 124 0 66-32 104-80 104s-82-38-82-104c0-70 20-124 80-124z" fill="${main}"/>` +
    `<path d="M197 84v108M118 196c50-12 110-12 160 0" stroke="${dark}" stroke-width="4" fill="none"/>` +
    `<rect x="186" y="118" width="22" height="50" rx="11" fill="${dark}"/>` +
    `<rect x="191" y="126" width="12" height="26" rx="6" fill="${accent}"/>` +
    `<path d="M140 150c6-30 20-46 36-52" stroke="${light}" stroke-width="8" fill="none" stroke-linecap="round"/>`,
  monitor: ({ main, dark, light, accent }) =>
    '<path d="M178 248h44l8 60h-60z" fill="#b9bdc3"/><rect x="130" y="304" width="140" height="14" rx="7" fill="#9ca1a9"/>' +
    '<rect x="48" y="76" width="304" height="182" rx="12" fill="#1c1f24"/>' +
    `<rect x="57" y="85" width="286" height="158" rx="5" fill="${light}"/>` +
    `<path d="M57 190c80-50 150 20 286-60v108a5 5 0 0 1-5 5H62a5 5 0 0 1-5-5z" fill="${main}"/>` +
    `<path d="M57 222c90-40 180 10 286-40v56a5 5 0 0 1-5 5H62a5 5 0 0 1-5-5z" fill="${dark}"/>` +
    `<circle cx="286" cy="122" r="20" fill="${accent}"/>`,
  watch: ({ main, dark, light, accent }) =>
    `<path d="M160 60h80l10 70H150zM150 270h100l-10 62h-80z" fill="${dark}"/>` +
    '<rect x="128" y="118" width="144" height="164" rx="44" fill="#22252b"/>' +
    '<rect x="138" y="128" width="124" height="144" rx="36" fill="#0f1114"/>' +
    `<circle cx="200" cy="200" r="46" fill="none" stroke="${main}" stroke-width="10"/>` +
    `<path d="M200 154a46 46 0 0 1 44 60" fill="none" stroke="${accent}" stroke-width="10" stroke-linecap="round"/>` +
    `<path d="M200 176v26l18 12" stroke="${light}" stroke-width="6" fill="none" stroke-linecap="round"/>` +
    `<rect x="270" y="184" width="12" height="32" rx="6" fill="${main}"/>`,
  camera: ({ main, dark, light, accent }) =>
    `<path d="M150 124l14-28h72l14 28z" fill="${dark}"/><rect x="64" y="122" width="272" height="196" rx="22" fill="${main}"/>` +
    `<path d="M64 182h272v88H64z" fill="#22252b"/><circle cx="200" cy="226" r="74" fill="${dark}"/>` +
    `<circle cx="200" cy="226" r="54" fill="#14161a"/><circle cx="200" cy="226" r="32" fill="${light}" opacity=".5"/>` +
    `<circle cx="184" cy="210" r="10" fill="#fff" opacity=".8"/><rect x="276" y="138" width="40" height="22" rx="6" fill="${accent}"/>`,
};
