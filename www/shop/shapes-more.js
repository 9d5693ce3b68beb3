/** SVG shapes of small appliances, gifts and other products, on a 400 × 400 canvas; the products stand at y = 320. */

/** @type {Record<string, (ink: import("./pictures.js").Ink) => string>} */
export const MORE = {
  puck: ({ main, dark, light, accent }) =>
    `<path d="M200 250c10 60 90 70 130 40" fill="none" stroke="${dark}" stroke-width="9" stroke-linecap="round"/>` +
    `<ellipse cx="190" cy="206" rx="118" ry="96" fill="${dark}"/><ellipse cx="190" cy="194" rx="118" ry="96" fill="${main}"/>` +
    `<ellipse cx="190" cy="194" rx="84" ry="68" fill="none" stroke="${light}" stroke-width="7"/>` +
    `<path d="M196 148l-34 52h26l-8 42 38-58h-28z" fill="${accent}"/><ellipse cx="190" cy="194" rx="118" ry="96" fill="url(#g)"/>` +
    '<rect x="318" y="276" width="44" height="24" rx="6" fill="#c4c8cd"/>',
  glass: ({ main, dark, light, accent }) =>
    `<g transform="rotate(-8 200 200)"><rect x="96" y="84" width="128" height="232" rx="22" fill="${dark}"/>` +
    `<rect x="103" y="91" width="114" height="218" rx="16" fill="${main}"/>` +
    `<path d="M103 240c40-40 70 0 114-50v103a16 16 0 0 1-16 16h-82a16 16 0 0 1-16-16z" fill="${accent}"/></g>` +
    '<g transform="rotate(7 240 200)"><rect x="172" y="72" width="126" height="230" rx="21" fill="#fff" opacity=".55"/>' +
    '<rect x="172" y="72" width="126" height="230" rx="21" fill="none" stroke="#fff" stroke-width="4"/>' +
    '<path d="M186 220l96-120M186 260l96-120" stroke="#fff" stroke-width="9" opacity=".7"/>' +
    `<rect x="214" y="84" width="42" height="10" rx="5" fill="${light}"/></g>`,
  mount: ({ main, dark, light, accent }) =>
    `<ellipse cx="200" cy="304" rx="80" ry="17" fill="${dark}"/><path d="M188 190h24v110h-24z" fill="${main}"/>` +
    `<circle cx="200" cy="216" r="21" fill="${dark}"/><rect x="136" y="66" width="128" height="142" rx="18" fill="#1c1f24"/>` +
    `<rect x="144" y="74" width="112" height="126" rx="12" fill="${light}"/>` +
    `<path d="M144 176l40-50 26 28 46-60v94a12 12 0 0 1-12 12h-88a12 12 0 0 1-12-12z" fill="${accent}"/>` +
    `<path d="M120 92h22v84h-22a8 8 0 0 1-8-8v-68a8 8 0 0 1 8-8zM258 92h22a8 8 0 0 1 8 8v68a8 8 0 0 1-8 8h-22z" fill="${main}"/>`,
  vest: ({ main, dark, light, accent }) =>
    '<path d="M142 62h30c4 46 52 46 56 0h30c2 46 16 70 38 86v164a10 10 0 0 1-10 10H114a10 10 0 0 1-10-10V148c22-16 36-40 38-86z" ' +
    `fill="${main}"/><path d="M164 62h8c4 46 52 46 56 0h8c-4 62-68 62-72 0z" fill="${dark}"/>` +
    `<path d="M104 216h192v26H104z" fill="${accent}"/><path d="M104 250h192v8H104z" fill="${light}"/>` +
    `<path d="M104 148c22-16 36-40 38-86h8c-2 52-18 80-46 100zM296 148c-22-16-36-40-38-86h-8c2 52 18 80 46 100z" fill="${dark}"/>`,
  scarf: ({ main, dark, light, accent }) =>
    `<path d="M222 170l66 0 22 140-66 6zM150 172l62 10-30 132-64-12z" fill="${dark}"/>` +
    `<path d="M228 186l62-4 20 128-62 6zM146 184l58 8-26 122-60-12z" fill="${main}"/>` +
    `<path d="M241 262l62-6 4 22-62 6zM126 254l58 12-5 22-58-12z" fill="${accent}"/>` +
    `<path d="M238 240l62-6M130 236l58 11" stroke="${light}" stroke-width="7"/>` +
    `<path d="M252 314v16M268 313v16M284 311v16M300 310v14M122 302l-4 16M138 306l-4 16M154 309l-4 16M170 312l-4 14" stroke="${dark}" ` +
    'stroke-width="5"/>' +
    `<ellipse cx="200" cy="142" rx="112" ry="66" fill="${main}"/><ellipse cx="200" cy="118" rx="66" ry="28" fill="${dark}"/>` +
    `<path d="M96 132c40 60 150 76 208 22M112 172c46 36 120 40 176 8" stroke="${dark}" stroke-width="4" fill="none" opacity=".6"/>` +
    `<path d="M134 118c10 46 110 60 132 0" stroke="${light}" stroke-width="6" fill="none"/>` +
    '<ellipse cx="200" cy="142" rx="112" ry="66" fill="url(#g)"/>',
  coffeemachine: ({ main, dark, light, accent }) =>
    `<rect x="96" y="70" width="208" height="250" rx="20" fill="${main}"/>` +
    '<rect x="116" y="148" width="168" height="126" rx="8" fill="#24272c"/><path d="M176 148h48v30h-14v12h-20v-12h-14z" fill="#b9bdc2"/>' +
    '<path d="M170 218h56l-6 42a8 8 0 0 1-8 7h-28a8 8 0 0 1-8-7z" fill="#fbf7ee"/>' +
    '<path d="M226 226c22 0 22 28-4 28" fill="none" stroke="#fbf7ee" stroke-width="6"/>' +
    '<path d="M198 190v28" stroke="#6b4327" stroke-width="5"/><rect x="108" y="274" width="184" height="16" rx="5" fill="#b9bdc2"/>' +
    `<circle cx="132" cy="110" r="13" fill="${accent}"/><rect x="160" y="98" width="80" height="25" rx="6" fill="${dark}"/>` +
    `<circle cx="268" cy="110" r="13" fill="${light}"/><rect x="96" y="70" width="208" height="250" rx="20" fill="url(#g)"/>`,
  pourover: ({ main, dark, light, accent }) =>
    `<path d="M132 92h136l-46 88h-44z" fill="${main}"/><path d="M132 92h136l-6 13H138z" fill="${light}"/>` +
    `<path d="M268 110c34 0 30 44-14 42" fill="none" stroke="${dark}" stroke-width="11"/>` +
    `<rect x="144" y="178" width="112" height="13" rx="6" fill="${dark}"/>` +
    '<path d="M166 192h68c4 26 40 46 40 90 0 26-14 38-34 38h-80c-20 0-34-12-34-38 0-44 36-64 40-90z" fill="#fff" opacity=".75"/>' +
    '<path d="M130 264h140c6 40-8 52-30 52h-80c-22 0-36-12-30-52z" fill="#6b4327"/>' +
    `<path d="M200 192v72" stroke="#6b4327" stroke-width="4"/><rect x="172" y="198" width="56" height="14" rx="7" fill="${accent}"/>`,
  purifier: ({ main, dark, light, accent }) =>
    `<rect x="122" y="62" width="156" height="258" rx="40" fill="${main}"/><ellipse cx="200" cy="92" rx="56" ry="17" fill="${dark}"/>` +
    `<ellipse cx="200" cy="92" rx="38" ry="10" fill="${light}"/><circle cx="200" cy="146" r="22" fill="#24272c"/>` +
    `<circle cx="200" cy="146" r="11" fill="none" stroke="${accent}" stroke-width="4"/>` +
    `<g fill="${dark}" opacity=".55">` +
    [0, 1, 2, 3, 4, 5]
      .map((r) => [0, 1, 2, 3, 4, 5, 6].map((c) => `<circle cx="${146 + c * 18}" cy="${196 + r * 18}" r="4"/>`).join(""))
      .join("") +
    '</g><rect x="122" y="62" width="156" height="258" rx="40" fill="url(#g)"/><path ' +
    'd="M168 44c10-10 20 6 32-4s22 4 32-6" fill="none" stroke="#fff" stroke-width="6" stroke-linecap="round"/>',
  vacuum: ({ main, dark, light, accent }) =>
    `<path d="M52 246v26c0 28 66 48 148 48s148-20 148-48v-26z" fill="${dark}"/>` +
    `<ellipse cx="200" cy="242" rx="148" ry="66" fill="${main}"/>` +
    `<ellipse cx="200" cy="238" rx="116" ry="48" fill="none" stroke="${light}" stroke-width="4"/>` +
    `<ellipse cx="200" cy="216" rx="44" ry="19" fill="${dark}"/><ellipse cx="200" cy="209" rx="44" ry="19" fill="${light}"/>` +
    `<ellipse cx="200" cy="209" rx="26" ry="10" fill="#24272c"/><circle cx="188" cy="270" r="6" fill="${accent}"/>` +
    `<circle cx="212" cy="270" r="6" fill="${accent}"/><ellipse cx="200" cy="242" rx="148" ry="66" fill="url(#g)"/>`,
  cooker: ({ main, dark, light, accent }) =>
    `<path d="M84 168c0-60 52-90 116-90s116 30 116 90z" fill="${light}"/>` +
    `<rect x="176" y="64" width="48" height="20" rx="10" fill="${dark}"/>` +
    `<path d="M78 168h244v96c0 36-28 56-62 56H140c-34 0-62-20-62-56z" fill="${main}"/><path d="M78 168h244v16H78z" fill="${dark}"/>` +
    '<rect x="142" y="206" width="116" height="72" rx="14" fill="#24272c"/>' +
    `<path d="M164 232h40M164 250h26" stroke="${accent}" stroke-width="6" stroke-linecap="round"/>` +
    `<circle cx="232" cy="242" r="13" fill="none" stroke="${light}" stroke-width="5"/>` +
    '<path d="M78 168h244v96c0 36-28 56-62 56H140c-34 0-62-20-62-56z" fill="url(#g)"/>' +
    '<path d="M188 50c-10-14 12-20 2-34M216 50c-10-14 12-20 2-34" stroke="#fff" stroke-width="6" fill="none" stroke-linecap="round"/>',
  fryer: ({ main, dark, light, accent }) =>
    `<path d="M106 130c0-44 30-66 94-66s94 22 94 66v160a30 30 0 0 1-30 30H136a30 30 0 0 1-30-30z" fill="${main}"/>` +
    `<path d="M106 130c0-44 30-66 94-66s94 22 94 66z" fill="${dark}"/><circle cx="200" cy="104" r="23" fill="${light}"/>` +
    '<path d="M200 88v16l10 8" stroke="#24272c" stroke-width="5" fill="none" stroke-linecap="round"/>' +
    `<path d="M122 164h156v112a18 18 0 0 1-18 18H140a18 18 0 0 1-18-18z" fill="${dark}" opacity=".5"/>` +
    '<rect x="178" y="190" width="44" height="86" rx="20" fill="#24272c"/>' +
    `<rect x="190" y="200" width="20" height="56" rx="10" fill="${accent}"/>` +
    '<path d="M106 130c0-44 30-66 94-66s94 22 94 66v160a30 30 0 0 1-30 30H136a30 30 0 0 1-30-30z" fill="url(#g)"/>',
  trimmer: ({ main, dark, light, accent }) =>
    '<g transform="rotate(12 200 200)"><path d="M160 98h80l-6-34h-68z" fill="#c4c8cd"/>' +
    '<path d="M168 64v-14M180 64v-14M192 64v-14M204 64v-14M216 64v-14M228 64v-14" stroke="#9ca1a9" stroke-width="6"/>' +
    `<path d="M158 98h84l6 60-14 132a26 26 0 0 1-26 24h-16a26 26 0 0 1-26-24l-14-132z" fill="${main}"/>` +
    `<path d="M166 178h68l-10 104a16 16 0 0 1-16 14h-16a16 16 0 0 1-16-14z" fill="${dark}"/>` +
    `<circle cx="200" cy="210" r="14" fill="${light}"/><circle cx="200" cy="262" r="5" fill="${accent}"/>` +
    '<path d="M158 98h84l6 60-14 132a26 26 0 0 1-26 24h-16a26 26 0 0 1-26-24l-14-132z" fill="url(#g)"/></g>',
  giftbox: ({ main, dark, light, accent }) =>
    `<rect x="84" y="166" width="232" height="154" rx="8" fill="${main}"/>` +
    `<rect x="72" y="128" width="256" height="50" rx="8" fill="${light}"/><path d="M180 128h40v192h-40z" fill="${accent}"/>` +
    `<path d="M72 170h256v8H72z" fill="${dark}" opacity=".35"/>` +
    `<path d="M200 126c-60 8-86-20-72-44s58-4 72 44c14-48 58-68 72-44s-12 52-72 44z" fill="${accent}"/>` +
    `<path d="M200 126c-40-2-56-18-50-28s36-4 50 28c14-32 44-38 50-28s-10 26-50 28z" fill="${dark}" opacity=".4"/>` +
    `<circle cx="200" cy="124" r="13" fill="${accent}"/>`,
  projector: ({ main, dark, light, accent }) =>
    '<path d="M200 210L86 60a150 150 0 0 1 228 0z" fill="#3f4a78" opacity=".9"/><g fill="#fff3cf">' +
    '<path d="M156 92l4 10 10 4-10 4-4 10-4-10-10-4 10-4zM236 66l3 8 8 3-8 3-3 8-3-8-8-3 8-3zM222 130l4 9 9 4-9 4-4 9-4-9-9-4 9-4z"/>' +
    '<circle cx="186" cy="62" r="4"/><circle cx="266" cy="98" r="4"/><circle cx="196" cy="150" r="3"/><circle cx="130" cy="72" r="3"/>' +
    `</g><circle cx="200" cy="232" r="66" fill="${main}"/><path d="M200 232m-66 0a66 66 0 0 1 132 0z" fill="${light}"/>` +
    `<circle cx="200" cy="212" r="25" fill="#24272c"/><circle cx="200" cy="212" r="12" fill="${accent}"/>` +
    `<path d="M140 298h120l14 22H126z" fill="${dark}"/>`,
  boardgame: ({ main, dark, light, accent }) =>
    `<path d="M64 220l136-62 136 62-136 66z" fill="${light}"/>` +
    `<path d="M64 220l136 66v34L64 252zM336 220l-136 66v34l136-68z" fill="${dark}"/>` +
    `<path d="M132 189l136 65M98 204l136 66M166 174l136 62M268 189l-136 64M302 204l-136 66M234 174L98 236" stroke="${main}" ` +
    `stroke-width="4"/><path d="M160 222v-34a16 16 0 1 1 24 0v34c8 4 8 14-12 14s-20-10-12-14z" fill="${main}"/>` +
    `<circle cx="172" cy="172" r="17" fill="${main}"/>` +
    `<path d="M232 206v-44a16 16 0 1 1 24 0v44c8 4 8 14-12 14s-20-10-12-14z" fill="${accent}"/>` +
    `<circle cx="244" cy="142" r="17" fill="${accent}"/><g transform="rotate(14 128 112)">` +
    '<rect x="100" y="84" width="56" height="56" rx="12" fill="#fffaf0"/><g fill="#24272c"><circle cx="114" cy="98" r="5"/>' +
    '<circle cx="128" cy="112" r="5"/><circle cx="142" cy="126" r="5"/></g></g>',
  kite: ({ main, dark, light, accent }) =>
    `<g transform="rotate(14 200 150)"><path d="M200 46l78 92-78 116-78-116z" fill="${main}"/>` +
    `<path d="M200 46l78 92h-78z" fill="${accent}"/><path d="M200 138h78l-78 116z" fill="${dark}"/>` +
    `<path d="M200 46v92h-78z" fill="${light}"/></g>` +
    '<path d="M176 248c-40 30 30 34 0 60-14 12-50 6-60 20" fill="none" stroke="#8a6a48" stroke-width="4"/>' +
    `<path d="M156 268l-14-10 2 20zM172 262l14 8-16 10zM182 300l16 2-12 12zM170 304l-8-14-6 16z" fill="${accent}"/>`,
};
